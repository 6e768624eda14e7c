/**
 * Proves that two windows on one board see each other's work at once, that
 * this never takes focus, caret or text from whoever is writing, and that no
 * text is lost when two people change the same thing.
 */

import { ok, same, until } from "./tap.mjs";
import { card, live, shows, value, World } from "./world.mjs";

const world = await World.start();

/** Two windows on a fresh board, one by each link, and the board. */
async function pair(docs, roles = ["write", "write"]) {
	const board = await world.board(docs);
	const windows = [];
	for (const role of roles)
		windows.push(await world.window(board.links[role]));
	for (const window of windows)
		await live(window);
	return [...windows, board];
}

/** Changes the board's note through the service while the page is cut off and does `act`. */
async function meanwhile(board, doc, act) {
	const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
	world.wire.cut();
	await act();
	const { results } = await world.ask("POST", `boards/${board.id}/ops`, {
		token: board.tokens.write,
		body: { ops: [{ op: "patch", id: notes[0].id, if_match: "*", key: "meanwhile", doc }] },
	});
	same(results[0].status, 200, "status of the change meanwhile");
	world.wire.mend();
}

const count = (page, selector, wanted) =>
	until(async () => await page.locator(selector).count() === wanted,
		`${wanted} of ${selector}`);

/** Remembers the focused element, to ask later whether it still is. */
const mark = (page) => page.evaluate(() => {
	window.marked = document.activeElement;
});
const unmoved = (page) => page.evaluate(() => ({
	focused: window.marked === document.activeElement,
	caret: [window.marked.selectionStart, window.marked.selectionEnd],
}));

await world.tap({
	async a_note_added_in_one_window_appears_in_the_other() {
		const [one, two] = await pair([]);
		await one.fill("#new-title", "Bread");
		await one.fill("#new-text", "rye\nand wheat");
		await one.click("#composer .loud");
		await shows((await card(two, "Bread")).locator(".text"), "rye\nand wheat");
		same(await value(one.locator("#new-text")), "", "the form after adding");
	},

	async edits_of_title_and_text_arrive_without_leaving_the_field() {
		const [one, two] = await pair([{ title: "Plan", text: "walk" }]);
		const here = await card(one, "Plan");
		const there = await card(two, "Plan");
		await here.locator(".text").fill("walk to the lake");
		await shows(there.locator(".text"), "walk to the lake");
		await here.locator(".title").fill("The plan");
		await shows(there.locator(".title"), "The plan");
	},

	async a_colour_chosen_in_one_window_shows_in_the_other() {
		const [one, two] = await pair([{ title: "Plan", text: "walk", color: "pink" }]);
		const there = await card(two, "Plan");
		await shows(there.locator(".color"), "pink");
		await (await card(one, "Plan")).locator(".color").selectOption("green");
		await shows(there.locator(".color"), "green");
		same(await there.getAttribute("data-color"), "green", "the card's colour");
	},

	async whoever_only_looks_changes_nothing() {
		const [one] = await pair([{ title: "Plan", text: "walk\r\nrun", color: "pink" },
			{ kind: "checklist", title: "Buy", items: [{ text: "two\nlines" }] }]);
		const writes = [];
		await card(one, "Buy");
		one.on("request", (request) => request.method() !== "GET" && writes.push(request.url()));
		for (const field of await one.locator(".card :is(input, textarea, select)").all())
			await field.focus();
		await one.evaluate(() => window.dispatchEvent(new window.Event("online")));
		await one.evaluate(() => fetch("api/session"));
		same(writes, [], "writes");
	},

	async items_are_ticked_added_changed_and_deleted_in_both() {
		const [one, two] = await pair([{
			kind: "checklist", title: "Buy", items: [{ text: "milk" }, { text: "salt" }],
		}]);
		await count(two, ".item", 2);
		await one.locator(".item [type=checkbox]").nth(1).check();
		await until(() => two.locator(".item [type=checkbox]").nth(1).isChecked(), "the tick");
		ok(!await two.locator(".item [type=checkbox]").first().isChecked(), "only one is ticked");
		await two.locator(".add-item input").fill("tea");
		await two.locator(".add-item input").press("Enter");
		await count(one, ".item", 3);
		await shows(one.locator(".item-text").nth(2), "tea");
		await one.locator(".item-text").first().fill("oat milk");
		await shows(two.locator(".item-text").first(), "oat milk");
		await two.locator(".item .remove").nth(1).click();
		await count(one, ".item", 2);
		await shows(one.locator(".item-text").nth(1), "tea");
	},

	async an_item_is_one_line_however_long_it_is_and_all_of_it_is_seen() {
		const [one, two] = await pair([{ kind: "checklist", title: "Buy", items: [{ text: "milk" }, { text: "tea" }] }]);
		await one.locator(".item-text").first().fill(`milk\n${"of oats ".repeat(20)}`);
		await shows(two.locator(".item-text").first(), `milk ${"of oats ".repeat(20)}`);
		const [long, short] = await two.locator(".item-text").evaluateAll((all) => all.map((area) => [area.clientHeight, area.scrollHeight]));
		ok(long[0] >= long[1] && long[0] > 2 * short[0], `all of it: ${long}, and one line: ${short}`);
		await one.locator(".item-text").first().press("Enter");
		await one.keyboard.type("!");
		await shows(two.locator(".item-text").nth(1), "!tea");
		await one.keyboard.press("Enter");
		await until(() => one.locator(".add-item input").evaluate((input) => input === document.activeElement), "the next being a new one");
	},

	async a_deleted_note_leaves_both_and_undo_brings_it_back() {
		const [one, two] = await pair([{ title: "Old", text: "x" }]);
		await (await card(one, "Old")).locator(".delete").click();
		await count(one, ".card", 0);
		await count(two, ".card", 0);
		await one.click("#toast-act");
		await card(one, "Old");
		await card(two, "Old");
	},

	async what_others_change_is_highlighted_and_ones_own_work_is_not() {
		const [one, two] = await pair([{ title: "Plan", text: "walk" }]);
		for (const window of [one, two])
			await window.evaluate(() => {
				window.flashes = 0;
				new MutationObserver((records) => {
					window.flashes += records.some((r) => r.target.classList.contains("fresh"));
				}).observe(document.querySelector("#notes"),
					{ subtree: true, attributeFilter: ["class"] });
			});
		await (await card(one, "Plan")).locator(".text").fill("run");
		await until(() => two.evaluate(() => window.flashes > 0), "the highlight");
		same(await one.evaluate(() => window.flashes), 0, "highlights where it was written");
		await until(() => two.evaluate(() => !document.querySelector(".fresh")),
			"the highlight's end");
	},

	async focus_and_caret_survive_changes_from_elsewhere() {
		const [one, two] = await pair([{ title: "Poem", text: "a rose is a rose" }]);
		const mine = await card(one, "Poem");
		const theirs = await card(two, "Poem");
		await mine.locator(".text").focus();
		await one.evaluate(() => document.activeElement.setSelectionRange(9, 12));
		await mark(one);
		await theirs.locator(".title").fill("A poem");
		await shows(mine.locator(".title"), "A poem");
		same(await unmoved(one), { focused: true, caret: [9, 12] }, "after a title");
		await two.fill("#new-text", "another note, which goes to the top");
		await two.click("#composer .loud");
		await count(one, ".card", 2);
		same(await unmoved(one), { focused: true, caret: [9, 12] }, "after a new note");
		await (await card(two, "A poem")).locator(".text").fill("and a rose is a rose");
		await shows((await card(one, "A poem")).locator(".text"), "and a rose is a rose");
		same(await unmoved(one), { focused: true, caret: [13, 16] },
			"after words put before the selection");
	},

	async a_note_in_use_keeps_focus_when_the_order_changes_around_it() {
		const [one, , board] = await pair([{ title: "first", text: "a" }, { title: "second", text: "b" }]);
		const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
		const { id } = notes.find((n) => n.title === "first");
		await (await card(one, "first")).locator(".text").focus();
		await mark(one);
		await world.ask("POST", `boards/${board.id}/ops`, {
			token: board.tokens.write,
			body: { ops: [{ op: "patch", id, if_match: "*", key: "pin", doc: { pinned: true } }] },
		});
		await until(async () => await value(one.locator(".card .title").first()) === "first", "the new order");
		ok((await unmoved(one)).focused, "focus after its note was pinned");
	},

	async a_field_in_use_stays_when_its_note_or_item_is_deleted() {
		const [one, two] = await pair([{
			kind: "checklist", title: "Buy", items: [{ text: "milk" }, { text: "salt" }],
		}]);
		await one.locator(".item-text").first().focus();
		await mark(one);
		await two.locator(".item .remove").first().click();
		await until(() => one.locator(".item.gone").count(), "the item being marked");
		ok((await unmoved(one)).focused, "focus after the item was deleted");
		await (await card(two, "Buy")).locator(".delete").click();
		await one.locator(".trouble").waitFor();
		ok((await unmoved(one)).focused, "focus after the note was deleted");
		await one.locator("#new-title").focus();
		await count(one, ".card", 0);
	},

	async two_changes_of_the_same_words_are_both_kept_until_a_person_decides() {
		for (const [choice, outcome] of [[".keep", "run"], [".take", "swim"], [".merge", "swim\nrun"]]) {
			const [one, two, board] = await pair([{ title: "Plan", text: "walk" }]);
			const mine = await card(one, "Plan");
			await meanwhile(board, { text: "swim" }, () => mine.locator(".text").fill("run"));
			await mine.locator(".trouble").waitFor();
			same(await value(mine.locator(".text")), "run", "my text");
			same(await mine.locator(".mine").textContent(), "run", "my text, as asked about");
			same(await mine.locator(".theirs").textContent(), "swim", "their text");
			await mine.locator(choice).click();
			await shows((await card(two, "Plan")).locator(".text"), outcome);
			await shows(mine.locator(".text"), outcome);
			await until(async () => await one.locator(".trouble").count() === 0, "no question being left");
			await world.tidy();
		}
	},

	async changes_of_different_words_become_one_text_without_asking() {
		const [one, two, board] = await pair([{ title: "Plan", text: "one two three\nfour five six" }]);
		const mine = await card(one, "Plan");
		await meanwhile(board, { text: "one two 3\nfour five six" },
			() => mine.locator(".text").fill("1 two three\nfour five six"));
		await shows((await card(two, "Plan")).locator(".text"), "1 two 3\nfour five six");
		await shows(mine.locator(".text"), "1 two 3\nfour five six");
		same(await one.locator(".trouble").count(), 0, "questions asked");
	},

	async changes_of_different_fields_do_not_collide() {
		const [one, two, board] = await pair([{ title: "Plan", text: "walk" }]);
		const mine = await card(one, "Plan");
		await meanwhile(board, { title: "Plans" }, () => mine.locator(".text").fill("run"));
		await shows((await card(two, "Plans")).locator(".text"), "run");
		same(await one.locator(".trouble").count(), 0, "questions asked");
	},

	async a_write_whose_answer_is_lost_is_made_once() {
		const board = await world.board([]);
		const keys = [];
		const one = await world.window(board.links.write, async (p) => {
			await p.addInitScript(() => delete window.SharedWorker);
			await p.route("**/ops", async (route) => {
				keys.push(route.request().postDataJSON().ops[0].key);
				if (keys.length > 1)
					return route.continue();
				await route.fetch();
				await route.abort("connectionreset");
			});
		});
		const two = await world.window(board.links.write);
		await live(one);
		await live(two);
		await one.fill("#new-text", "only once");
		await one.click("#composer .loud");
		await until(() => keys.length > 1, "a second try", 20);
		same(keys[0], keys[1], "keys");
		await card(two, "only once");
		await until(async () => await one.locator("[data-standing=saved]").count() === 1, "the note being safe");
		same(await two.locator(".card").count(), 1, "notes");
	},

	async a_new_title_of_the_board_shows_at_once() {
		const [one, , board] = await pair([]);
		await world.ask("PATCH", `boards/${board.id}`,
			{ body: { title: "Another title" }, token: board.tokens.admin });
		await until(async () => await one.locator("#board-title").textContent() === "Another title",
			"the new title");
		ok((await one.title()).startsWith("Another title"), "title of the window");
	},

	async a_link_to_read_shows_everything_and_changes_nothing() {
		const [one, two] = await pair([{ title: "Plan", text: "walk" },
			{ kind: "checklist", title: "Buy", items: [{ text: "milk" }] }], ["read", "write"]);
		ok(!await one.locator("#composer").isVisible(), "no form for a new note");
		same(await one.locator(".card :is(.delete, .color, .add-item, .item button):visible").count(),
			0, "controls");
		ok(await one.locator(".item [type=checkbox]").isDisabled(), "the box is disabled");
		await (await card(two, "Plan")).locator(".text").fill("run");
		await shows((await card(one, "Plan")).locator(".text"), "run");
	},

	async what_the_page_says_while_a_panel_is_open_is_said_and_shown_in_it() {
		const [one, two] = await pair([{ title: "Plan", text: "walk" }]);
		await (await card(one, "Plan")).locator(".delete").click();
		await one.locator("#toast").waitFor();
		await one.click("#trash-open");
		await one.locator("dialog[open]").waitFor();
		await two.fill("#new-title", "Bread");
		await two.click("#composer .loud");
		await until(async () => (await one.locator("dialog[open] #say").textContent()).includes("Bread"), "the word");
		await one.locator("dialog[open] #toast-close").click();
		await one.keyboard.press("Escape");
		await until(() => one.evaluate(() => document.querySelector("#say").parentElement === document.body), "its way back");
		await (await card(one, "Bread")).locator(".delete").click();
		await one.click("#toast-act");
		await card(two, "Bread");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
