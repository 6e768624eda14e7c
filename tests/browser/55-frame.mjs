/**
 * Proves that a page can follow a board through a forever frame: in a real
 * browser, under the policies that the web server and the responder send,
 * the frame's scripts hand over exactly what was written, one batch at a
 * time, run nothing else, leave nothing behind, and the page goes on from
 * where a full frame ended.
 */

import http from "node:http";
import { ok, same, until } from "./tap.mjs";
import { World } from "./world.mjs";

const world = await World.start();

const HOSTILE = [
	"</script><script>parent.hit=1</script>",
	"<!--<script>", "--></script><img src=x onerror=parent.hit=1>", "]]>",
	"\"]);parent.hit=1;parent.notewire([\"", "'`${parent.hit=1}`\\", "&lt;&amp;",
	"\u2028parent.hit=1\u2029", "\ufeff\u202e\u0001\r\n\u0085", "{\"event\":\"end\"}",
	"<iframe srcdoc='<script>top.hit=1</script>'>", "</title></html>", "\u{1f469}",
];

/** A page that has signed in and has a frame on the board's log. */
async function framed(board) {
	const page = await world.window(world.url);

	page.on("request", (r) => {
		if (r.url().includes("hit"))
			world.complaints.push(r.url());
	});
	await page.evaluate(async ([token, path]) => {
		window.batches = [];
		window.frames_opened = [];
		window.broken = [];
		document.addEventListener("securitypolicyviolation", (e) => window.broken.push(e.blockedURI));
		const answer = await fetch("api/session", { method: "POST", body: JSON.stringify({ token }),
			headers: { "Content-Type": "application/json" } });
		if (!answer.ok)
			throw new Error(`signing in: ${answer.status}`);
		window.follow = (since) => {
			const frame = document.createElement("iframe");
			document.querySelector("iframe")?.remove();
			frame.hidden = true;
			frame.src = `${path}&since=${since}`;
			window.frames_opened.push(since);
			document.body.append(frame);
		};
		window.notewire = (batch) => {
			window.batches.push(batch);
			const last = batch.at(-1);
			if (last.event === "end" && last.reason === "size")
				setTimeout(() => window.follow(last.last_seq));
		};
		window.follow("0");
	}, [board.tokens.read, `api/boards/${board.id}/changes?feed=htmlfile&heartbeat=60000`]);
	return page;
}

const batches = (page) => page.evaluate(() => window.batches);

/** All that the frame said so far, without the batches' bounds. */
const said = async (page) => (await batches(page)).flat();

const changes = async (page) => (await said(page)).filter((v) => v.seq);

const heard = (page, count) => until(async () => {
	const all = await changes(page);
	return all.length >= count && all;
}, `${count} changes through the frame`, 15);

function write(board, text) {
	return world.ask("POST", `boards/${board.id}/notes`,
		{ body: { title: text.slice(0, 200), text }, token: board.tokens.write });
}

/** What stands in the document, of the page and of its frame. */
const remains = (page) => page.evaluate(() => {
	const frame = document.querySelector("iframe").contentDocument;
	return { hit: window.hit, scripts: frame.scripts.length, broken: window.broken,
		others: frame.querySelectorAll("img, iframe, [onerror]").length };
});
const NOTHING = { scripts: 0, broken: [], others: 0 };

await world.tap({
	async a_hidden_frame_hands_over_each_change_in_a_batch_of_its_own() {
		const board = await world.board([{ text: "one" }, { text: "two" }]);
		const page = await framed(board);
		await until(async () => (await batches(page)).length >= 4, "the proof that it streams");
		const begun = await batches(page);
		same(begun.map((b) => b.map((v) => v.event ?? v.doc?.text ?? "beat")),
			[["open"], ["one", "two"], ["up-to-date"], ["beat"]], "the first batches");
		ok(begun[0][0].retry > 0, "it says when to come back");
		same(begun[3], [{}], "the heartbeat");
		const wrote = [];
		for (const text of ["three", "four", "five"]) {
			wrote.push(await write(board, text));
			await heard(page, 2 + wrote.length);
		}
		same((await batches(page)).slice(4).map((b) => b.map((v) => [v.id, v.doc.text])),
			wrote.map((n) => [[n.id, n.text]]), "the batches that follow");
		same(await remains(page), NOTHING, "what remains");
	},

	async hostile_words_arrive_as_they_are_and_nothing_of_them_runs() {
		const board = await world.board(HOSTILE.map((text) => ({ title: text, text })));
		const page = await framed(board);
		await heard(page, HOSTILE.length);
		for (const text of HOSTILE)
			await write(board, text);
		const all = await heard(page, 2 * HOSTILE.length);
		same(all.map((c) => [c.doc.title, c.doc.text]),
			[...HOSTILE, ...HOSTILE].map((text) => [text, text]), "titles and texts");
		same((await said(page)).filter((v) => v.event).map((v) => v.event), ["open", "up-to-date"],
			"what the feed said of itself");
		same(await remains(page), NOTHING, "what remains");
	},

	async a_full_frame_ends_and_the_page_goes_on_from_there() {
		const board = await world.board();
		const wrote = [];
		for (let i = 0; i < 9; i++)
			wrote.push(await write(board, `${i}:${"<b>&".repeat(2500)}`));
		const page = await framed(board);
		const all = await heard(page, wrote.length);
		same(all.map((c) => [c.id, c.doc.text]), wrote.map((n) => [n.id, n.text]), "changes");
		wrote.push(await write(board, "after all of it"));
		same((await heard(page, wrote.length)).at(-1).doc.text, "after all of it", "the last");
		const ends = (await said(page)).filter((v) => v.event === "end");
		ok(ends.length >= 2 && ends.every((e) => e.reason === "size"), `ends: ${JSON.stringify(ends)}`);
		same(await page.evaluate(() => window.frames_opened), ["0", ...ends.map((e) => e.last_seq)], "frames");
		same((await remains(page)).hit, undefined, "what ran");
	},

	async a_script_without_the_nonce_is_refused_in_the_frame() {
		const board = await world.board();
		const page = await framed(board);
		await until(async () => (await batches(page)).length >= 3, "the frame");
		same(await page.evaluate(() => {
			const frame = document.querySelector("iframe").contentDocument;
			const script = frame.createElement("script");
			script.textContent = "parent.hit = 1";
			frame.head.append(script);
			return window.hit;
		}), undefined, "what ran");
		await until(() => world.complaints.length > 0, "the browser's complaint");
		for (const complaint of world.complaints.splice(0))
			ok(complaint.includes("script-src 'nonce-"), complaint);
	},

	async another_site_cannot_have_the_frame() {
		const board = await world.board([{ text: "ours" }]);
		const page = await framed(board);
		await heard(page, 1);
		/* The same host by another port: cookies go there, pages must not. */
		const frame = `${world.url}api/boards/${board.id}/changes?feed=htmlfile`;
		const other = http.createServer((request, answer) => answer.end("<!DOCTYPE html><script>"
			+ "batches = []; notewire = (batch) => batches.push(batch);</script>"
			+ `<iframe src="${frame}"></iframe>`));
		await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
		try {
			const asked = page.waitForResponse((r) => r.url() === frame);
			await page.goto(`http://127.0.0.1:${other.address().port}/`, { waitUntil: "commit" });
			same((await asked).status(), 200, "it would be let in");
			await until(() => world.complaints.some((c) => c.includes("frame-ancestors")),
				"the browser's refusal");
			same(await batches(page), [], "batches");
		} finally {
			other.closeAllConnections();
			other.close();
		}
		same(world.complaints.splice(0).filter((c) => !c.includes("frame-ancestors")), [], "other complaints");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
