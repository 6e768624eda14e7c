/**
 * Proves that people on one board see who is there and who is typing where,
 * by every transport, as long as it is so; that a browser is one person
 * however many tabs it has; and that a name is only ever a name.
 */

import { becomes, same, until } from "./tap.mjs";
import { card, live, World } from "./world.mjs";

const world = await World.start("--daemon");
const HOSTILE = "<img src=x onerror=window.hit=1>";

const here = (page) => page.locator("#people").getAttribute("aria-label");
const sees = (page, words) => until(async () => (await here(page)) === words, `the page saying ${JSON.stringify(words)}`, 15);

/** A window of somebody with a name. */
async function person(board, name, { transport = "websocket", role = "write" } = {}) {
	const page = await world.window(board.links[role], (p) => p.addInitScript(([name, transport]) => {
		if (name && !localStorage.getItem("notewire name"))
			localStorage.setItem("notewire name", name);
		if (transport !== "websocket") {
			delete window.WebSocket;
			delete window.SharedWorker;		/* which has one of its own */
		}
	}, [name, transport]));
	await live(page, transport);
	return page;
}

await world.tap({
	async everybody_sees_who_is_there_by_every_transport_and_who_has_left() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const ann = await person(board, "Ann");
		await sees(ann, "Only you are here");
		const bob = await person(board, "Bob", { transport: "eventsource" });
		await sees(ann, "2 are here: you, Bob");
		await sees(bob, "2 are here: you, Ann");
		const reader = await person(board, "", { role: "read" });
		await sees(ann, "3 are here: you, Bob, Somebody without a name");
		await reader.context().close();
		await sees(ann, "2 are here: you, Bob");
	},

	async who_types_is_named_on_the_note_for_as_long_as_that_is_so() {
		const board = await world.board([{ title: "Plan", text: "walk" }, { kind: "checklist", title: "Buy", items: [{ text: "milk" }] }]);
		const [ann, bob] = [await person(board, "Ann"), await person(board, "Bob", { transport: "eventsource" })];
		await sees(bob, "2 are here: you, Ann");
		await (await card(ann, "Plan")).locator(".text").pressSequentially("ing");
		const plan = await card(bob, "Plan");
		await until(async () => await plan.locator(".typing").textContent() === "Ann is writing…", "Bob seeing it");
		same(await (await card(bob, "Buy")).locator(".typing").textContent(), "", "the other note");
		same(await (await card(ann, "Plan")).locator(".typing").textContent(), "", "one's own typing");
		await until(async () => await plan.locator(".typing").textContent() === "", "it being over", 15);
		await (await card(bob, "Buy")).locator(".item-text").pressSequentially("x");
		await until(async () => await (await card(ann, "Buy")).locator(".typing").textContent() === "Bob is writing…", "Ann seeing it");
	},

	async a_new_name_is_seen_at_once_and_stays_in_the_browser() {
		const board = await world.board();
		const [ann, bob] = [await person(board, ""), await person(board, "Bob")];
		await sees(bob, "2 are here: you, Somebody without a name");
		await ann.click("#people");
		await ann.fill("#people-name", `  ${HOSTILE}‮ `);
		await ann.press("#people-name", "Enter");
		await sees(bob, `2 are here: you, ${HOSTILE}`);
		await bob.click("#people");
		await until(async () => (await bob.locator("#people-panel").textContent()).includes(HOSTILE), "the panel quoting it");
		same(await bob.evaluate(() => [window.hit, document.querySelectorAll("img").length]), [undefined, 0], "what became of it");
		await ann.reload();
		await sees(ann, "2 are here: you, Bob");
		await ann.click("#people");
		await becomes(() => ann.locator("#people-name").inputValue(), HOSTILE, "the name after a reload");
	},

	async two_tabs_of_one_browser_are_one_person_and_both_know_the_others() {
		const board = await world.board();
		const [ann, bob] = [await person(board, "Ann"), await person(board, "Bob")];
		await sees(ann, "2 are here: you, Bob");
		const second = await ann.context().newPage();
		world.listen(second);
		await second.goto(ann.url());
		await sees(second, "2 are here: you, Bob");
		same(await here(bob), "2 are here: you, Ann", "what Bob sees");
		await ann.close();
		same(await here(bob), "2 are here: you, Ann", "what Bob sees after one tab");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
