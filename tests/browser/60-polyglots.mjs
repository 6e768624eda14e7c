/**
 * Proves that no file anybody uploads is rendered or run from the service's
 * own origin, however a page refers to it.  Fifty files that are two things at
 * once, or that pretend to be another, are opened in every way a browser knows;
 * each would call home, and a canary hears it.
 */

import { Buffer } from "node:buffer";
import { ok, same, until } from "./tap.mjs";
import { World } from "./world.mjs";

const world = await World.start();
const SVG = "http://www.w3.org/2000/svg";

/** Requests to it are heard, whoever makes them, and whatever becomes of them. */
const canary = { url: `${world.url}canary/`, heard: [] };

const js = (n) => `try{document.title="hit"}catch(e){};try{self.hit=${n};parent.hit=${n}}catch(e){};`
	+ `try{fetch("${canary.url}${n}",{mode:"no-cors"})}catch(e){}`;
const html = (n) => `<!DOCTYPE html><html><body><script>${js(n)}</script>`
	+ `<img src="${canary.url}${n}"></body></html>`;
const svg = (n) => `<svg xmlns="${SVG}" onload='${js(n)}'><script>${js(n)}</script></svg>`;
const bytes = (...parts) => Buffer.concat(parts.map((p) =>
	typeof p === "string" ? Buffer.from(p, "latin1") : Buffer.from(p)));
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", "base64");
const JPEG = [0xff, 0xd8, 0xff, 0xe0, 0, 16, "JFIF"].flatMap((p) =>
	typeof p === "string" ? [...Buffer.from(p)] : [p]);
const utf16 = (text, mark = true) => bytes(mark ? [0xff, 0xfe] : [], Buffer.from(text, "utf16le"));

/** Name, the type that its sender claims, and its bytes for canary `n`. */
const POLYGLOTS = [
	["page.html", "text/html", (n) => html(n)],
	["page.html", "application/xhtml+xml", (n) => `<html xmlns="http://www.w3.org/1999/xhtml"><script>${js(n)}</script></html>`],
	["page.xhtml", "text/xml", (n) => `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body onload='${js(n)}'/></html>`],
	["a.svg", "image/svg+xml", svg],
	["a.svg", "image/png", svg],
	["a.svg", "text/xml", (n) => `<?xml version="1.0"?>${svg(n)}`],
	["a.svg", "image/svg+xml", (n) => `<svg xmlns="${SVG}"><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc='${html(n).replaceAll("'", "")}'/></foreignObject></svg>`],
	["a.svg", "image/svg+xml", (n) => `<svg xmlns="${SVG}"><image href="${canary.url}${n}"/><set onbegin='${js(n)}'/></svg>`],
	["a.pdf", "application/pdf", (n) => `%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.launchURL\\("${canary.url}${n}"\\))>>>>endobj\ntrailer<</Root 1 0 R>>`],
	["a.pdf", "text/html", (n) => `%PDF-1.4\n${html(n)}`],
	["a.gif", "image/gif", (n) => bytes(GIF, html(n))],
	["a.gif", "text/html", (n) => bytes("GIF89a", html(n))],
	["a.gif", "text/javascript", (n) => `GIF89a=1;${js(n)}`],
	["a.gif", "text/javascript", (n) => bytes("GIF87a/*", [0, 0, 0], `*/=1;${js(n)}`)],
	["a.jar", "application/java-archive", (n) => bytes(GIF, "PK\x03\x04", html(n))],
	["a.zip", "application/zip", (n) => bytes("PK\x03\x04", html(n))],
	["a.png", "image/png", (n) => bytes(PNG, html(n))],
	["a.png", "text/html", (n) => bytes(PNG.subarray(0, 33), "\0\0\0\x40tEXt", html(n))],
	["a.png", "text/html", (n) => bytes("\x89PNG\r\n\x1a\n", html(n))],
	["a.png", "image/svg+xml", (n) => bytes(PNG, svg(n))],
	["a.jpg", "image/jpeg", (n) => bytes(JPEG, [0, 1, 1, 0, 0, 1, 0, 1, 0, 0], html(n))],
	["a.jpg", "text/html", (n) => bytes([0xff, 0xd8, 0xff, 0xfe, 1, 0], html(n))],
	["a.jpg", "text/javascript", (n) => bytes([0xff, 0xd8, 0xff, 0xe0, 0x2f, 0x2a, "J".charCodeAt(0)], `FIF*/=1;${js(n)}`)],
	["a.webp", "text/javascript", (n) => `RIFF/***WEBPVP8 */=1;${js(n)}`],
	["a.webp", "text/html", (n) => `RIFF\x10\0\0\0WEBPVP8 ${html(n)}`],
	["a.bmp", "image/bmp", (n) => `BM/*\0\0*/=1;${js(n)}`],
	["a.bmp", "text/html", (n) => `BM${html(n)}`],
	["a.ico", "image/x-icon", (n) => bytes([0, 0, 1, 0], html(n))],
	["a.tiff", "image/tiff", (n) => bytes("II*\0", html(n))],
	["a.xml", "text/xml", (n) => `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><r><xsl:stylesheet id="s" version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><script>${js(n)}</script></html></xsl:template></xsl:stylesheet></r>`],
	["a.xml", "application/xml", (n) => `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "${canary.url}${n}">]><r>&x;</r>`],
	["a.rss", "application/rss+xml", (n) => `<rss><script xmlns="http://www.w3.org/1999/xhtml">${js(n)}</script></rss>`],
	["a.mht", "message/rfc822", (n) => `MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n${html(n)}\r\n--x--`],
	["a.mhtml", "multipart/related", (n) => `From: <Saved by Blink>\r\nContent-Type: text/html\r\n\r\n${html(n)}`],
	["a.js", "text/javascript", js],
	["a.mjs", "application/javascript", (n) => `${js(n)};export default 1`],
	["a.json", "application/json", (n) => `[${n}].map(()=>{${js(n)}})`],
	["a.png", "text/javascript", (n) => `// \x89PNG\n${js(n)}`],
	["worker.js", "text/javascript", (n) => `self.addEventListener("install",()=>fetch("${canary.url}${n}",{mode:"no-cors"}));${js(n)}`],
	["a.wasm", "application/wasm", (n) => bytes([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0], js(n))],
	["a.txt", "text/plain;charset=utf-7", (n) => `+ADw-script+AD4-${js(n)}+ADw-/script+AD4-`],
	["a.html", "text/html;charset=utf-16", (n) => utf16(html(n))],
	["a.txt", "text/html;charset=utf-16le", (n) => utf16(html(n), false)],
	["a.html", "text/html", (n) => bytes([0xef, 0xbb, 0xbf], html(n))],
	["a.txt", "text/plain", (n) => html(n)],
	["a.css", "text/css", (n) => `body{background:url("${canary.url}${n}")}*{color:red}`],
	["a.gif", "text/css", (n) => `GIF89a{}body{background:url("${canary.url}${n}")}`],
	["a.hta", "application/hta", (n) => html(n)],
	["a.swf", "application/x-shockwave-flash", (n) => bytes("FWS\x09", html(n))],
	["a.html\".png", "image/png;x=\"text/html\"", (n) => ` \n<!-- -->${html(n)}`],
];

/** Uploads one; its address behind the wire. */
async function upload(board, note, n) {
	const [name, type, make] = POLYGLOTS[n];
	const id = `f${String(n).padStart(21, "0")}`;
	const where = new URL(`api/boards/${board.id}/files/${id}`, world.service.url);
	where.search = new URLSearchParams({ note, name }).toString().replaceAll("+", "%20");
	const answer = await fetch(where, {
		method: "PUT", body: bytes(make(n)), redirect: "error",
		headers: { "Authorization": `Bearer ${board.tokens.write}`, "Content-Type": type },
	});
	same(answer.status, 201, `upload of ${name} as ${type}`);
	return new URL(`api/boards/${board.id}/files/${id}`, world.url).href;
}

/**
 * A page of the service with no policy of its own, where anything may be tried.
 * @param {string} link
 * @param {string} [broken]	the type that files have then, and no other header
 */
async function openPlayground(link, broken) {
	const page = await world.window(link, async (p) => {
		p.context().on("request", (request) => {
			if (request.url().startsWith(canary.url))
				canary.heard.push(request.url().slice(canary.url.length));
		});
		await p.route(`${world.url}playground`, (route) => route.fulfill({
			body: "<!DOCTYPE html><title>quiet</title>", contentType: "text/html",
		}));
		if (broken)
			await p.route("**/files/*", async (route) => {
				const answer = await route.fetch();
				await route.fulfill({ status: 200, body: await answer.body(), contentType: broken });
			});
	});
	await until(async () => (await page.context().cookies()).length > 0, "the cookie");
	/* The page's own worker, else it would ask for the playground. */
	await page.evaluate(async () => {
		const own = await window.navigator.serviceWorker.ready;
		await own.unregister();
	});
	await page.goto(`${world.url}playground`);
	return page;
}

/** Every way a page can refer to an address; resolves when each has come to its end. */
function tryAll(address) {
	const make = (tag, members) => new Promise((done) => {
		const element = Object.assign(document.createElement(tag), members);

		for (const event of ["load", "error"])
			element.addEventListener(event, () => done([tag, event]));
		setTimeout(() => done([tag, "nothing"]), 500);
		document.body.append(element);
	});

	return Promise.all([
		make("iframe", { src: address }), make("object", { data: address }),
		make("embed", { src: address }), make("script", { src: address }),
		make("script", { src: address, type: "module" }),
		make("link", { rel: "stylesheet", href: address }), make("img", { src: address }),
		new Promise((done) => {
			const worker = new window.Worker(address);

			worker.onerror = () => done(["worker", "error"]);
			setTimeout(() => done(["worker", "nothing"]), 500);
		}),
		(window.navigator.serviceWorker?.register(address) ?? Promise.reject(new Error("none")))
			.then(() => ["serviceworker", "load"], () => ["serviceworker", "error"]),
	]);
}

/** The claims below, with the headers as they are or broken. */
async function tryOne(page, address) {
	const outcome = await page.evaluate(tryAll, address);
	const seen = await page.evaluate(() => [document.title, window.hit ?? null,
		window.getComputedStyle(document.body).color]);
	return { outcome, seen };
}

const made = {};

await world.tap({
	async files_of_all_kinds_are_taken() {
		same(POLYGLOTS.length, 50, "polyglots");
		const board = await world.board([{ text: "a note" }]);
		const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
		Object.assign(made, { board, files: [], shown: [] });
		for (let n = 0; n < POLYGLOTS.length; n++)
			made.files.push(await upload(board, notes[0].id, n));
	},

	async no_page_of_the_service_can_be_made_to_run_or_show_one() {
		const page = await openPlayground(made.board.links.write);
		for (const [n, address] of made.files.entries()) {
			const { outcome, seen } = await tryOne(page, address);
			const what = `${n} ${POLYGLOTS[n].slice(0, 2).join(" as ")}`;
			same(seen, ["quiet", null, "rgb(0, 0, 0)"], what);
			const ran = outcome.filter(([tag, event]) => event === "load"
				&& ["script", "link", "serviceworker"].includes(tag));
			same(ran, [], what);
			if (outcome.some(([tag, event]) => tag === "img" && event === "load"))
				made.shown.push(n);
			await page.goto(`${world.url}playground`);
		}
		same(canary.heard, [], "what the canary heard");
	},

	async images_alone_are_shown_as_images() {
		const images = new Set(["a.gif", "a.png", "a.jpg", "a.webp", "a.jar"]);
		ok(made.shown.includes(10) && made.shown.includes(16), `shown: ${made.shown}`);
		same(made.shown.filter((n) => !images.has(POLYGLOTS[n][0])), [], "no images that were shown");
	},

	async opened_by_itself_each_is_a_download() {
		const page = await openPlayground(made.board.links.write);
		for (const address of made.files) {
			const [download] = await Promise.all([page.waitForEvent("download"),
				page.goto(address).catch(() => null)]);
			same(download.url(), address, "download");
			await download.cancel();
			same(page.url(), `${world.url}playground`, "address");
		}
		same(canary.heard, [], "what the canary heard");
	},

	async without_the_headers_the_canary_hears_them() {
		const page = await openPlayground(made.board.links.write, "text/html");
		await tryOne(page, made.files[0]);
		await until(() => canary.heard.includes("0"), "a page that runs in a frame");
		const other = await openPlayground(made.board.links.write, "text/javascript");
		await tryOne(other, made.files[34]);
		await until(() => canary.heard.includes("34"), "a script that runs");
		same(await other.title(), "hit", "title");
	},
});
