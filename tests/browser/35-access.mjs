/**
 * Proves that the page can be used by everybody: axe-core finds nothing in
 * light and in dark, the main tasks need no mouse, nothing is wider than a
 * phone, and the panels do what they say.
 */

import fs from "node:fs";
import { createRequire } from "node:module";
import { becomes, ok, same, until } from "./tap.mjs";
import { card, live, shows, value, World } from "./world.mjs";

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const world = await World.start("--daemon");
const DOCS = [{ title: "Plan", text: "walk\nto the lake", color: "yellow" },
	{ kind: "checklist", title: "Buy", color: "green", items: [{ text: "milk", done: true }, { text: "salt" }, { text: "tea" }] },
	{ title: "Pinned", text: "w".repeat(200), pinned: true, color: "blue" }];

/** @param {import("playwright-core").Page} page */
async function faults(page) {
	const { violations, passes } = await page.evaluate(() => window.axe.run(document));
	ok(passes.length > 5, "axe-core looked at something");
	return violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((n) => n.target.join(" ")).join(", ")}`);
}

/** In the page: the words of buttons, keys and heads of tables that stand on more than one line. */
function broken() {
	const range = document.createRange();
	const found = [];

	for (const element of document.querySelectorAll("button, kbd, th"))
		for (const node of element.childNodes)
			for (const { 0: word, index } of node.nodeType === 3 ? node.data.matchAll(/\p{L}+/gu) : []) {
				range.setStart(node, index);
				range.setEnd(node, index + word.length);
				if (range.getClientRects().length > 1)
					found.push(word);
			}
	return found;
}

/** Each screen and panel of a board, one after another. */
async function* screens(page, board) {
	yield "the start";
	await page.goto(board.links.admin);
	await live(page, "websocket");
	await page.evaluate(AXE);
	await card(page, "Plan");
	yield "the board";
	await page.locator("#people:visible").click();
	await page.locator("#people-panel[open]").waitFor();
	yield "who is here";
	await page.keyboard.press("Escape");
	await page.click("#more-open");
	await page.locator("#more .keys").waitFor();
	yield "what can be done with the board";
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Draw a sketch on the note Plan" }).click();
	await page.locator("#sketch canvas").waitFor();
	yield "a sketch";
	await page.click("#sketch .keep");
	await page.locator(".thumb img").waitFor();
	yield "a note with a picture";
	await page.locator("button.thumb").click();
	await page.locator("#viewer[open] img").waitFor();
	yield "the picture";
	await page.keyboard.press("Escape");
	await page.click("#connection");
	await page.locator("#inspector .costs tbody tr").first().waitFor();
	yield "the inspector";
	await page.keyboard.press("Escape");
	await page.click("#share-open");
	await page.click("#share-write");
	await page.locator("#share .link").waitFor();
	await page.getByRole("button", { name: /^QR code/ }).click();
	await page.locator(".qr").waitFor();
	yield "the links";
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "History of the note Plan" }).click();
	await page.locator("#past li").first().waitFor();
	yield "a history";
	await page.keyboard.press("Escape");
	await page.getByRole("button", { name: "Delete the note Buy" }).click();
	await page.locator("#toast").waitFor();
	yield "a message";
	await (await card(page, "Plan")).locator(".text").fill("x".repeat(70_000));
	await page.locator(".trouble").waitFor();
	yield "a note that was not saved";
}

/** @param {(page: import("playwright-core").Page) => Promise<void>} look @param {object} options */
async function everywhere(look, options) {
	const board = await world.board(DOCS, "Camp");
	const page = await world.window(world.url, undefined, options);
	await page.locator("#landing:visible").waitFor();
	await page.evaluate(AXE);
	for await (const screen of screens(page, board))
		await look(page, screen);
}

await world.tap({
	...Object.fromEntries(["light", "dark"].map((colorScheme) => [
		`axe_finds_no_fault_in_${colorScheme}`, () => everywhere(async (page, screen) => {
			await page.evaluate(() => Promise.all(document.getAnimations().map((a) => a.finished)));
			same(await faults(page), [], `faults of ${screen}`);
		}, { colorScheme, reducedMotion: "reduce" }),
	])),

	nothing_is_wider_than_a_phone: () => everywhere(async (page, screen) => {
		const wide = await page.evaluate(() => [document.documentElement.scrollWidth - window.innerWidth,
			...[...document.querySelectorAll("dialog[open]")].map((d) => d.scrollWidth - d.clientWidth)]);
		ok(wide.every((px) => px <= 0), `${screen} fits: ${wide}`);
		same(await page.evaluate(broken), [], `words of ${screen} that are broken`);
	}, { viewport: { width: 390, height: 800 } }),

	async nothing_moves_where_people_ask_for_that() {
		const board = await world.board(DOCS, "Camp");
		const motions = async (reducedMotion) => {
			const page = await world.window(board.links.write, undefined, { reducedMotion });
			await live(page, "websocket");
			await (await card(page, "Plan")).locator(".text").waitFor({ state: "attached" });
			const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
			await world.ask("POST", `boards/${board.id}/ops`, { token: board.tokens.write, body: { ops: [{ op: "patch",
				id: notes.find((n) => n.title === "Plan").id, key: `m-${reducedMotion}`, if_match: "*", doc: { text: `seen by ${reducedMotion}` } }] } });
			await page.locator(".card.fresh").waitFor();
			return page.evaluate(() => document.getAnimations().length);
		};
		ok(await motions("no-preference") > 0, "a change is seen to move");
		same(await motions("reduce"), 0, "what moves");
	},

	async the_main_tasks_need_no_mouse() {
		const board = await world.board(DOCS, "Camp");
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		const focused = () => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent);
		const tabTo = (name) => until(async () => {
			await page.keyboard.press("Tab");
			return (await focused()).startsWith(name);
		}, `the focus coming to ${name}`, 30);
		await tabTo("The new note");
		await page.keyboard.type("tents");
		await page.keyboard.press("Control+Enter");
		await card(page, "tents");
		await tabTo("salt");
		await page.keyboard.press("Space");
		await until(() => page.getByRole("checkbox", { name: "salt" }).isChecked(), "the tick");
		await tabTo("Move the item tea");
		await page.keyboard.press("ArrowUp");
		const items = () => page.locator(".item-text").evaluateAll((all) => all.map((i) => i.value));
		await until(async () => (await items()).join() === "milk,tea,salt", "the new order");
		same(await focused(), "Move the item tea", "focus after the move");
		await page.keyboard.press("ArrowUp");
		await until(async () => (await items()).join() === "tea,milk,salt", "the order after that");
		await tabTo("Delete the note Buy");
		await page.keyboard.press("Enter");
		await until(async () => await page.locator(".item").count() === 0, "the list being gone");
		await tabTo("Undo");
		await page.keyboard.press("Enter");
		await card(page, "Buy");
		await becomes(items, ["tea", "milk", "salt"], "items after undo");
		await page.keyboard.press("Shift+Tab");
		await page.locator("#connection").focus();
		await page.keyboard.press("Enter");
		await page.locator("#inspector[open]").waitFor();
		await page.keyboard.press("Escape");
		await until(async () => (await focused()).includes("Live by WebSocket"), "focus after the panel");
		const { notes } = await until(async () => {
			const now = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
			return now.notes.length === 4 && now;
		}, "four notes being stored");
		const stored = notes.find((n) => n.kind === "checklist").items.sort((a, b) => a.pos - b.pos);
		same(stored.map((i) => [i.text, i.done]), [["tea", false], ["milk", true], ["salt", true]], "what is stored");
	},

	async items_are_dragged_into_another_order() {
		const board = await world.board(DOCS, "Camp");
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		await page.locator(".item").last().hover();
		const grip = await page.locator(".item .grip").last().boundingBox();
		const first = await page.locator(".item").first().boundingBox();
		await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
		await page.mouse.down();
		await page.mouse.move(grip.x, first.y + 2, { steps: 6 });
		await page.mouse.up();
		await until(async () => {
			const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
			return notes.find((n) => n.kind === "checklist").items.sort((a, b) => a.pos - b.pos)
				.map((i) => i.text).join() === "tea,milk,salt";
		}, "the new order being stored");
	},

	async a_note_goes_back_to_what_it_was_and_comes_out_of_the_trash() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		const plan = await card(page, "Plan");
		await plan.locator(".text").fill("run");
		await until(async () => await plan.getAttribute("data-standing") === "saved", "it being saved");
		await plan.locator(".history").click();
		await page.locator("#past li", { hasText: "walk" }).getByRole("button").click();
		await shows(plan.locator(".text"), "walk");
		await plan.locator(".delete").click();
		await until(async () => await page.locator(".card").count() === 0, "it being gone");
		await until(async () => (await world.ask("GET", `boards/${board.id}/trash`, { token: board.tokens.read })).notes.length, "the trash");
		await page.click("#trash-open");
		await page.locator("#past li").getByRole("button").click();
		await shows((await card(page, "Plan")).locator(".text"), "walk");
	},

	async a_search_shows_the_notes_with_all_its_words() {
		const board = await world.board(DOCS);
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		const titles = () => page.locator(".card:visible .title").evaluateAll((all) => all.map((t) => t.value));
		await page.fill("#search", "LAKE walk");
		await becomes(titles, ["Plan"], "found");
		await page.fill("#search", "salt");
		await becomes(titles, ["Buy"], "found by an item");
		await page.fill("#search", "nowhere");
		await until(() => page.locator("#found-none").isVisible(), "it saying that there is none");
		await page.fill("#search", "");
		await becomes(() => page.locator(".card:visible").count(), 3, "all again");
	},

	async the_inspector_compares_all_ways_and_headers_cost_most_where_one_polls() {
		const board = await world.board(DOCS);
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		await page.click("#connection");
		await page.click(".measure");
		await until(() => page.evaluate(() => !document.querySelector(".measure").disabled
			&& document.querySelectorAll(".costs tbody tr").length === 5), "all five being measured", 90);
		const costs = Object.fromEntries(await page.locator(".costs tr[data-transport]").evaluateAll((rows) =>
			rows.map((r) => [r.dataset.transport, Number(r.querySelector("td:last-child span").textContent.replace(/\D/g, ""))])));
		ok(costs.poll > costs.eventsource && costs.longpoll > costs.htmlfile && costs.htmlfile > costs.websocket && costs.websocket < 15,
			`what headers cost: ${JSON.stringify(costs)}`);
		ok(await page.locator(".messages tbody tr").count() > 10, "messages are listed");
		ok((await page.locator(".messages").textContent()).includes("a beat: the way is open"), "in words");
	},

	async a_board_can_be_made_shared_and_opened_by_keyboard_alone() {
		const one = await world.window();
		await one.locator("#make-title").focus();
		await one.keyboard.type("Camp");
		await one.keyboard.press("Enter");
		await live(one, "websocket");
		const link = await value(one.getByLabel("To read and write", { exact: true }));
		await one.keyboard.press("Escape");
		await one.locator("#new-text").focus();
		await one.keyboard.type("tents");
		await one.keyboard.press("Control+Enter");
		await card(one, "tents");
		const two = await world.window();
		await two.locator("#paste-link").focus();
		await two.keyboard.type(link);
		await two.keyboard.press("Enter");
		await card(two, "tents");
		await becomes(() => two.locator("#board-title").textContent(), "Camp", "title");
	},

	async every_control_has_a_name_for_those_who_cannot_see_it() {
		const one = await world.window((await world.board(DOCS)).links.write);
		await card(one, "Buy");
		const nameless = await one.locator("button:visible, input:visible, textarea:visible, select:visible")
			.evaluateAll((all) => all.filter((e) => !e.getAttribute("aria-label")
				&& !(e.tagName === "BUTTON" && e.textContent.trim())
				&& ![...e.labels ?? []].some((l) => l.textContent.trim()))
				.map((e) => e.id || e.className));
		same(nameless, [], "controls without a name");
		same(await one.locator("[aria-live]").count(), 1, "places that speak");
	},

	async a_link_gets_a_name_and_an_end_and_is_revoked() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const page = await world.window(board.links.admin);
		await live(page, "websocket");
		await page.click("#share-open");
		await page.fill("#share-label", "Ann");
		await page.selectOption("#share-days", "7");
		await page.click("#share-write");
		const link = await value(page.getByLabel("To read and write · Ann", { exact: true }));
		const guest = await world.window(link);
		await (await card(guest, "Plan")).locator(".text").fill("run");
		await until(async () => (await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read }))
			.notes[0].by === "Ann", "whose edit it was");
		await page.getByRole("button", { name: "Revoke: To read and write · Ann" }).click();
		await until(async () => await guest.locator("#connection-text").textContent() === "This link has been revoked", "the guest hearing of it");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
