/**
 * Proves that files come to a note by every way and whole, that what is cut
 * off comes after all, after a reload too and once, and that whatever a file
 * is called or holds it is only ever a name, or a picture.
 */

import { Buffer } from "node:buffer";
import { createHash, randomBytes } from "node:crypto";
import { becomes, ok, same, until } from "./tap.mjs";
import { card, connection, live, World } from "./world.mjs";

const world = await World.start("limit.file_bytes=3M", "limit.board_bytes=4M");
const PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGP4z8AARAwQCgAf7gP9i18U1AAAAABJRU5ErkJggg==", "base64");
const HOSTILE = ["<img src=x onerror=window.hit=1>.png", "\"><script>window.hit=1<\\script>.html", "javascript:window.hit=1",
	"‮gnp.exe", "' onfocus=window.hit=1 autofocus x='.svg"];

const stored = async (board) => (await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read })).notes;
const files = (board, count) => until(async () => {
	const all = (await stored(board)).flatMap((n) => n.files);
	return all.length === count && all;
}, `${count} files being stored`, 30);

/** What the service has of a file. */
async function bytes(board, id) {
	const answer = await fetch(new URL(`api/boards/${board.id}/files/${id}`, world.service.url),
		{ headers: { Authorization: `Bearer ${board.tokens.read}` } });
	return Buffer.from(await answer.arrayBuffer());
}
const digest = (body) => createHash("sha256").update(body).digest("hex");

/** Has the next file chooser choose. */
async function choose(page, button, chosen) {
	const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
	await chooser.setFiles(chosen);
}

/** Fires what a browser fires when files are pasted or dropped. */
const give = (target, type, list) => target.evaluate((element, { type, list }) => {
	const data = new window.DataTransfer();
	for (const [name, mime, base64] of list)
		data.items.add(new window.File([Uint8Array.from(window.atob(base64), (c) => c.charCodeAt(0))], name, { type: mime }));
	const init = { bubbles: true, cancelable: true };
	if (type === "paste")
		return element.dispatchEvent(new window.ClipboardEvent("paste", { ...init, clipboardData: data }));
	for (const each of ["dragover", "drop"])
		element.dispatchEvent(new window.DragEvent(each, { ...init, dataTransfer: data }));
}, { type, list });
const PICTURE = ["picture.png", "image/png", PNG.toString("base64")];

await world.tap({
	async a_chosen_file_is_whole_in_both_windows() {
		const board = await world.board([{ title: "Trip", text: "tickets" }]);
		const [page, other] = [await world.window(board.links.write), await world.window(board.links.read)];
		await live(page);
		const body = randomBytes(2 << 20);
		await choose(page, (await card(page, "Trip")).locator(".attach"),
			[{ name: "tickets.pdf", mimeType: "application/pdf", buffer: body }, { name: "map.png", mimeType: "image/png", buffer: PNG }]);
		const both = await files(board, 2);
		same(both.map((f) => f.name).sort(), ["map.png", "tickets.pdf"], "names");
		same(digest(await bytes(board, both.find((f) => f.name === "tickets.pdf").id)), digest(body), "the bytes");
		const there = await card(other, "Trip");
		await until(() => there.locator(".thumb img").evaluate((i) => i.naturalWidth === 2), "the picture being drawn");
		const [download] = await Promise.all([other.waitForEvent("download"), there.locator(".file-link").click()]);
		same(download.suggestedFilename(), "tickets.pdf", "what it is saved as");
		same(await there.locator(".file .remove").count(), 0, "ways for a reader to delete");
	},

	async pictures_are_pasted_and_dropped_on_notes_and_beside_them() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const trip = await card(page, "Trip");
		await give(trip.locator(".text"), "paste", [PICTURE]);
		await files(board, 1);
		await give(trip.locator("footer"), "drop", [["a.txt", "text/plain", "YQ=="]]);
		await files(board, 2);
		same((await stored(board))[0].files.map((f) => f.name), ["picture.png", "a.txt"], "on the note");
		await give(page.locator("#notes"), "drop", [PICTURE]);
		await files(board, 3);
		await give(page.locator("#new-text"), "paste", [PICTURE]);
		await page.fill("#new-text", "with a picture");
		await page.reload();
		await live(page);
		await page.locator("#new-files .file").waitFor();
		await page.click("#composer .loud");
		await files(board, 4);
		const notes = await stored(board);
		same(notes.map((n) => n.text).sort(), ["", "with a picture", "x"], "notes");
		same(notes.find((n) => n.text === "with a picture").files.length, 1, "files of the new note");
	},

	async words_that_come_with_a_picture_of_them_are_pasted_as_words() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const taken = await (await card(page, "Trip")).locator(".text").evaluate((field) => {
			const data = new window.DataTransfer();
			data.items.add(new window.File(["x"], "x.png", { type: "image/png" }));
			data.setData("text/plain", "words");
			return !field.dispatchEvent(new window.ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
		});
		ok(!taken, "the browser pastes them");
	},

	async a_file_that_is_cut_off_comes_after_a_reload_and_once() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write, (p) => p.addInitScript(() => {
			/* Progress at the moment of each event, as a person sees it. */
			window.parts = [];
			new MutationObserver(() => window.parts.push(document.querySelector(".file progress")?.value))
				.observe(document, { subtree: true, childList: true, characterData: true });
		}));
		await live(page);
		const body = randomBytes(3 << 20);
		const session = await page.context().newCDPSession(page);
		await session.send("Network.enable");
		await session.send("Network.emulateNetworkConditions", { offline: false, latency: 5, downloadThroughput: -1, uploadThroughput: 400_000 });
		await choose(page, (await card(page, "Trip")).locator(".attach"), [{ name: "film.bin", mimeType: "video/mp4", buffer: body }]);
		await until(() => page.evaluate(() => window.parts.some((p) => p > 0.1)), "a tenth being sent", 20);
		world.wire.cut();
		await until(async () => (await connection(page)).state !== "open", "the cut being noticed");
		await until(async () => (await page.locator("#connection-text").textContent()).includes("1 change"), "the page saying that it waits");
		same(await stored(board).then((n) => n[0].files), [], "what half a file left");
		world.wire.mend();
		await page.reload();
		await live(page);
		const [file] = await files(board, 1);
		same(digest(await bytes(board, file.id)), digest(body), "the bytes");
		await until(async () => !(await page.locator("#connection-text").textContent()).includes("not saved"), "nothing waiting");
		await until(() => page.evaluate(async () => {
			const { name } = (await window.indexedDB.databases()).find((d) => d.name.startsWith("notewire files"));
			const db = await new Promise((resolve) => {
				window.indexedDB.open(name).onsuccess = ({ target }) => resolve(target.result);
			});
			const left = await new Promise((resolve) => {
				db.transaction("files").objectStore("files").count().onsuccess = ({ target }) => resolve(target.result);
			});
			db.close();
			return left === 0;
		}), "nothing of it being left in the browser");
	},

	async a_file_for_a_note_that_is_not_sent_yet_goes_after_it() {
		const board = await world.board();
		const page = await world.window(board.links.write);
		await live(page);
		await until(() => page.evaluate(() => performance.getEntriesByType("resource").some((r) => /\/view_files-\w+\.js$/.test(r.name))),
			"the rest of the page");
		world.wire.cut();
		await until(async () => (await connection(page)).state !== "open", "the cut being noticed");
		await page.fill("#new-text", "later");
		await choose(page, page.locator("#new-attach"), [{ name: "a.png", mimeType: "image/png", buffer: PNG }]);
		await page.click("#composer .loud");
		await (await card(page, "later")).locator("canvas.thumb").waitFor();
		await (await card(page, "later")).getByText("Waiting to be sent", { exact: true }).waitFor();
		world.wire.mend();
		await files(board, 1);
		await (await card(page, "later")).locator(".thumb img").waitFor();
	},

	async a_deleted_file_comes_back_by_undo_and_goes_without() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const trip = await card(page, "Trip");
		await choose(page, trip.locator(".attach"), [{ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") }]);
		await trip.locator("a.file-link").waitFor();
		await trip.getByRole("button", { name: "Delete the file a.txt" }).click();
		await until(async () => await trip.locator(".file").count() === 0, "it being gone");
		await page.click("#toast-act");
		await trip.locator("a.file-link").waitFor();
		await trip.getByRole("button", { name: "Delete the file a.txt" }).click();
		await page.click("#toast-close");
		await files(board, 0);
	},

	async too_large_a_file_is_refused_at_once_and_what_the_service_refuses_says_why() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const trip = await card(page, "Trip");
		await choose(page, trip.locator(".attach"), [{ name: "film.bin", mimeType: "video/mp4", buffer: Buffer.alloc((3 << 20) + 1) }]);
		await until(async () => (await page.locator("#toast-text").textContent()).includes("film.bin” is too large"), "the message");
		await choose(page, trip.locator(".attach"), [{ name: "a.bin", mimeType: "", buffer: Buffer.alloc(3 << 20) }]);
		await files(board, 1);
		await choose(page, trip.locator(".attach"), [{ name: "b.bin", mimeType: "", buffer: Buffer.alloc(2 << 20) }]);
		await trip.getByText("a board may have 4194304 bytes of files").waitFor();
		await trip.getByRole("button", { name: "Delete the file a.bin" }).click();
		await files(board, 0);
		await trip.getByRole("button", { name: "Try again: b.bin" }).click();
		await files(board, 1);
	},

	async pictures_are_looked_at_one_after_another() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const trip = await card(page, "Trip");
		await choose(page, trip.locator(".attach"), ["one.png", "two.png"].map((name) => ({ name, mimeType: "image/png", buffer: PNG })));
		await files(board, 2);
		await trip.getByRole("button", { name: "Show one.png" }).click();
		await becomes(() => page.locator("#viewer-title").textContent(), "one.png", "the first");
		await page.keyboard.press("ArrowRight");
		await becomes(() => page.locator("#viewer-title").textContent(), "two.png", "the next");
		await page.keyboard.press("Escape");
		await becomes(() => page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Show one.png", "focus afterwards");
	},

	async hostile_names_and_contents_are_names_and_nothing_else() {
		const board = await world.board([{ title: "Trip", text: "x" }]);
		const page = await world.window(board.links.write, (p) => p.addInitScript(() => {
			window.reports = [];
			document.addEventListener("securitypolicyviolation", (event) => window.reports.push(event.violatedDirective));
		}));
		await live(page);
		const trip = await card(page, "Trip");
		await choose(page, trip.locator(".attach"), HOSTILE.map((name, n) => ({ name,
			mimeType: ["text/html", "image/svg+xml", "text/javascript", "image/png", "x\" onload=1"][n],
			buffer: Buffer.concat([n === 3 ? PNG : Buffer.alloc(0), Buffer.from("<svg xmlns='http://www.w3.org/2000/svg' onload='window.hit=1'><script>window.hit=1</script></svg>")]) })));
		const all = await files(board, HOSTILE.length);
		same(all.map((f) => f.name).sort(), HOSTILE.map((n) => n.replaceAll(/[\\/]/g, "_")).sort(), "names");
		await trip.locator("a.file-link").nth(HOSTILE.length - 2).waitFor();
		await trip.locator("button.thumb").click();
		await page.locator("#viewer img").waitFor();
		await page.keyboard.press("Escape");
		await trip.getByRole("button", { name: /^Delete the file <img/ }).click();
		await until(async () => (await page.locator("#toast-text").textContent()).includes("<img"), "the message that quotes it");
		same(await page.evaluate(() => [window.hit, window.reports, document.scripts.length,
			document.querySelectorAll(".files :is(iframe, svg, script, [onerror], [onload], [onfocus])").length]),
		[undefined, [], 1, 0], "what became of it");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
