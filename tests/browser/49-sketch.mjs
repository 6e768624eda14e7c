/**
 * Proves that a sketch is seen by the others while it is drawn, in few small
 * messages, and is kept on its note as a picture that is whole; that it can
 * be drawn by keys; and that what is no sketch is none.
 */

import { ok, same, until } from "./tap.mjs";
import { card, live, World } from "./world.mjs";

const world = await World.start("--daemon");
const MOST_A_SECOND = 15;

const stored = async (board) => (await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read })).notes;
/** How many of a picture's points are not white. */
const inked = (canvas) => canvas.evaluate((c) => {
	const copy = Object.assign(document.createElement("canvas"), { width: 300, height: 200 });
	copy.getContext("2d").drawImage(c, 0, 0, 300, 200);
	return copy.getContext("2d").getImageData(0, 0, 300, 200).data.filter((byte, n) => n % 4 === 0 && byte < 200).length;
});

/** A window whose messages are its own, to count them. */
async function drawer(board, sent) {
	const page = await world.window(board.links.write, async (p) => {
		p.on("websocket", (socket) => socket.on("framesent", ({ payload }) => typeof payload !== "string" && sent.push(Date.now())));
		await p.addInitScript(() => delete window.SharedWorker);
	});
	await live(page, "websocket");
	return page;
}

/** Draws a wave with the mouse. */
async function wave(page, seconds) {
	const paper = await page.locator("#sketch canvas").boundingBox();
	const at = (n) => [paper.x + paper.width * (0.1 + 0.8 * n), paper.y + paper.height * (0.5 + 0.3 * Math.sin(n * 12))];
	const begun = Date.now();
	await page.mouse.move(...at(0));
	await page.mouse.down();
	while (Date.now() - begun < seconds * 1000)
		await page.mouse.move(...at((Date.now() - begun) / seconds / 1000));
	await page.mouse.up();
}

await world.tap({
	async others_see_strokes_as_they_are_drawn_and_the_picture_stays() {
		const board = await world.board([{ title: "Map", text: "x" }]);
		const sent = [];
		const page = await drawer(board, sent);
		const other = await world.window(board.links.read);
		await live(other, "websocket");
		await (await card(page, "Map")).locator(".sketch").click();
		await wave(page, 3);
		const guest = (await card(other, "Map")).locator("canvas.guest");
		await guest.waitFor();
		await until(async () => await inked(guest) > 300, "the strokes being seen");
		same((await stored(board))[0].files, [], "what is stored meanwhile");
		ok(sent.length > 10, `${sent.length} messages`);
		const most = Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + 1000).length));
		ok(most <= MOST_A_SECOND, `${most} messages in a second`);
		const drawn = await inked(page.locator("#sketch canvas"));
		await page.getByRole("button", { name: "Red" }).click();
		await wave(page, 0.5);
		await page.click("#sketch .undo");
		await until(async () => await inked(page.locator("#sketch canvas")) === drawn, "the second stroke being undone");
		await until(async () => Math.abs(await inked(guest) - drawn) < drawn / 5, "the others seeing that");
		await page.click("#sketch .keep");
		await until(async () => (await stored(board))[0].files.length === 1, "it being stored", 15);
		same((await stored(board))[0].files[0].type, "image/png", "what it is");
		const image = (await card(other, "Map")).locator(".thumb img");
		await until(() => image.evaluate((i) => i.naturalWidth === 1200), "the picture", 15);
		const shown = await inked(image);
		ok(Math.abs(shown - drawn) < drawn / 3, `the picture has the strokes: ${shown} of ${drawn} points`);
		same(await other.locator("canvas.guest").count(), 0, "what was drawn live, afterwards");
	},

	async a_new_sketch_is_drawn_by_keys_and_one_that_is_not_kept_leaves_nothing() {
		const board = await world.board();
		const page = await drawer(board, []);
		await page.click("#new-sketch");
		await page.locator("#sketch canvas").focus();
		await page.keyboard.press("Space");
		for (let n = 0; n < 10; n++)
			await page.keyboard.press("ArrowRight");
		ok(await until(async () => await inked(page.locator("#sketch canvas")) > 20, "a line"), "a line");
		await page.click("#sketch .keep");
		await until(async () => (await stored(board))[0]?.files.length === 1, "it being stored", 15);
		await page.click("#new-sketch");
		await until(async () => (await stored(board)).length === 2, "its note");
		await page.keyboard.press("Escape");
		await until(async () => (await stored(board)).length === 1, "the note being gone");
	},

	async bytes_that_are_no_sketch_are_none() {
		const board = await world.board([{ title: "Map", text: "x" }]);
		const page = await drawer(board, []);
		const [{ id }] = await stored(board);
		const note = [...bytesOf(id)];
		for (const bytes of [[], [0x53], [0x53, 1, ...note], [0x53, 2, ...note, ...Array(9).fill(0)], [0x53, 1, ...note, ...Array(10).fill(0)],
			[0x53, 1, ...Array(16).fill(7), ...Array(13).fill(0)]])
			await fetch(new URL(`api/boards/${board.id}/signals`, world.service.url), { method: "POST", body: new Uint8Array(bytes),
				headers: { "Content-Type": "application/octet-stream", "Authorization": `Bearer ${board.tokens.write}` } });
		const good = await fetch(new URL(`api/boards/${board.id}/signals`, world.service.url), { method: "POST",
			body: new Uint8Array([0x53, 1, ...note, 0, 0, 0, 1, 0, 1, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255]),
			headers: { "Content-Type": "application/octet-stream", "Authorization": `Bearer ${board.tokens.write}` } });
		same(good.status, 204, "the one that is");
		await page.locator("canvas.guest").waitFor();
		same(await page.locator("canvas.guest").count(), 1, "sketches");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});

/** @param {string} id @returns {Uint8Array} */
function bytesOf(id) {
	return Uint8Array.from(atob(id.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
}
