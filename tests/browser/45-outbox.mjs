/**
 * Proves that nothing that is written is lost: not offline, not by a reload
 * in between, not when two browsers change one note at the same time, and
 * that each edit is on the board once.
 *
 * NOTEWIRE_LONG in the environment asks for 200 rounds of two browsers.
 */

import { becomes, ok, same, until } from "./tap.mjs";
import { card, connection, live, shows, value, World } from "./world.mjs";

const world = await World.start();
const ROUNDS = process.env.NOTEWIRE_LONG ? 200 : 8;

const stored = async (board) => (await world.ask("GET", `boards/${board.id}`,
	{ token: board.tokens.read })).notes;
const standing = (of) => of.getAttribute("data-standing");

/** The page opens without a network from now on. */
const shellKept = (page) => until(() => page.evaluate(async () => {
	const cache = await window.caches.open("notewire shell");
	const kept = (await cache.keys()).map(({ url }) => url);
	return kept.some((url) => url.endsWith("/notewire/"))
		&& [...document.scripts].every(({ src }) => kept.includes(src))
		&& performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"))
			.every(({ name }) => kept.includes(name));
}), "the page being kept", 20);

/** @param {import("playwright-core").Page} page */
async function add(page, text) {
	await page.fill("#new-text", text);
	await page.press("#new-text", "Control+Enter");
	await card(page, text);
}

/** Puts a word somewhere into a text area, as typing does. */
const insert = (field, word, at) => field.evaluate((area, [word, at]) => {
	const places = [...area.value.matchAll(/(?<=\n|^)/g)].map((m) => m.index);
	const place = places[Math.floor(at * places.length)];
	area.setRangeText(`${word} `, place, place, "end");
	area.dispatchEvent(new window.Event("input", { bubbles: true }));
}, [word, at]);

/** Two tabs of one browser; the first one has an edit that cannot go. */
async function cutOff(board) {
	const page = await world.window(board.links.write);
	await live(page);
	const other = await page.context().newPage();

	await other.goto(`${world.url}#b=${board.id}`);
	await live(other);
	world.wire.cut();
	await (await card(page, "Plan")).locator(".text").fill("run");
	await until(async () => await standing(await card(page, "Plan")) === "waiting", "it waits");
	return [page, other];
}

await world.tap({
	async thirty_edits_of_an_offline_minute_are_there_once_after_a_reload_between() {
		const board = await world.board([{ title: "Plan", text: "walk" },
			{ kind: "checklist", title: "Buy", items: [{ text: "milk" }, { text: "salt" }] }]);
		const page = await world.window(board.links.write);
		await live(page);
		await shellKept(page);
		world.wire.cut();
		await until(async () => (await connection(page)).state !== "open", "the cut being noticed");
		for (let n = 0; n < 12; n++)
			await add(page, `offline ${n}`);
		await (await card(page, "Plan")).locator(".text").fill("run");
		await page.locator(".item [type=checkbox]").first().check();
		await page.locator(".add-item input:visible").fill("tea");
		await page.locator(".add-item input:visible").press("Enter");
		await until(async () => (await page.locator("#connection-text").textContent())
			.includes("15 changes"), "the page saying how many wait");
		await page.reload();
		await page.clock.install();
		/* a card is found by its place, which has to be its last */
		await becomes(() => page.locator(".card").count(), 14, "cards of the board as it was left");
		await shows((await card(page, "Plan")).locator(".text"), "run");
		await becomes(async () => standing(await card(page, "offline 3")), "waiting", "what is said of a note");
		for (let n = 12; n < 24; n++)
			await add(page, `offline ${n}`);
		await (await card(page, "Plan")).locator(".title").fill("The plan");
		await page.locator(".item [type=checkbox]").nth(1).check();
		await (await card(page, "offline 0")).locator(".delete").click();
		await becomes(() => page.locator(".card").count(), 25, "cards while offline");
		await page.clock.fastForward(60_000);
		world.wire.mend();
		await until(async () => (await page.locator("#connection-text").textContent()).startsWith("Live")
			&& !(await page.locator("#connection-text").textContent()).includes("not saved"), "all being saved", 60);
		const notes = await stored(board);
		same(notes.map((n) => n.text).filter((t) => t?.startsWith("offline")).sort(),
			Array.from({ length: 23 }, (_, n) => `offline ${n + 1}`).sort(), "notes");
		const plan = notes.find((n) => n.title === "The plan");
		same(plan?.text, "run", "the plan");
		const list = notes.find((n) => n.kind === "checklist");
		same(list.items.map((i) => [i.text, i.done]), [["milk", true], ["salt", true], ["tea", false]], "items");
		same(await page.locator(".card").count(), 25, "cards");
	},

	async what_one_tab_left_behind_another_brings_home() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const page = await world.window(board.links.write);
		await live(page);
		world.wire.cut();
		await (await card(page, "Plan")).locator(".text").fill("run");
		await until(async () => await standing(await card(page, "Plan")) === "waiting", "it waits");
		const context = page.context();
		await page.close();
		world.wire.mend();
		const other = await context.newPage();
		await other.goto(`${world.url}#b=${board.id}`);
		await until(async () => (await stored(board))[0].text === "run", "the edit being stored");
	},

	async what_a_tab_leaves_behind_one_that_stays_brings_home() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const [page, other] = await cutOff(board);

		await page.close({ runBeforeUnload: true });
		await until(async () => await (await card(other, "Plan")).locator(".text").inputValue() === "run",
			"the other tab having it, offline as well");
		world.wire.mend();
		await until(async () => (await stored(board))[0].text === "run", "the edit being stored");
	},

	async what_a_tab_had_that_died_in_silence_another_brings_home_too() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const [page, other] = await cutOff(board);

		await page.evaluate(() => {
			window.BroadcastChannel.prototype.postMessage = () => {};
		});
		await page.close({ runBeforeUnload: true });
		await until(() => page.isClosed(), "its end");
		same(await (await card(other, "Plan")).locator(".text").inputValue(), "walk", "nobody heard of it");
		world.wire.mend();
		await until(async () => (await stored(board))[0].text === "run", "the edit being stored", 60);
	},

	async a_board_that_was_only_just_opened_is_there_when_its_page_had_no_time_to_keep_it() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const page = await world.window(board.links.write, (p) => p.addInitScript(() => {
			window.addEventListener("pagehide", (event) => event.stopImmediatePropagation(), true);
		}));
		await live(page);
		await shellKept(page);
		world.wire.cut();
		await page.reload();
		await shows((await card(page, "Plan")).locator(".text"), "walk");
		world.wire.mend();
	},

	async a_note_that_is_begun_is_there_after_a_reload() {
		const board = await world.board();
		const page = await world.window(board.links.write);
		await live(page);
		await page.fill("#new-title", "Begun");
		await page.fill("#new-text", "half a sen");
		await until(() => page.evaluate(async () => {
			const [{ name, version }] = await window.indexedDB.databases();
			const db = await new Promise((resolve) => {
				window.indexedDB.open(name, version).onsuccess = ({ target }) => resolve(target.result);
			});
			return new Promise((resolve) => {
				db.transaction("drafts").objectStore("drafts").getAll().onsuccess = ({ target }) =>
					resolve(target.result.some((d) => d.text === "half a sen"));
			});
		}), "it being kept");
		await page.reload();
		await until(async () => await value(page.locator("#new-text")) === "half a sen", "the text");
		same(await value(page.locator("#new-title")), "Begun", "the title");
		await page.press("#new-text", "Control+Enter");
		await card(page, "Begun");
		await page.reload();
		await card(page, "Begun");
		same(await value(page.locator("#new-text")), "", "the form afterwards");
	},

	async a_note_deleted_while_it_is_written_can_be_put_back_with_what_was_written() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const [{ id }] = await stored(board);
		world.wire.cut();
		await (await card(page, "Plan")).locator(".text").fill("run");
		await world.ask("POST", `boards/${board.id}/ops`, { token: board.tokens.write,
			body: { ops: [{ op: "delete", id, if_match: "*", key: "gone" }] } });
		same((await stored(board)).length, 0, "notes after the delete");
		world.wire.mend();
		await page.locator(".trouble").waitFor({ timeout: 20_000 });
		await shows((await card(page, "Plan")).locator(".text"), "run");
		await page.locator(".trouble .keep").click();
		await until(async () => (await stored(board))[0]?.text === "run", "the note being back");
		await until(async () => await page.locator(".trouble").count() === 0, "no question being left");
	},

	async what_the_service_does_not_take_is_kept_and_said() {
		const board = await world.board([{ title: "Plan", text: "walk" }]);
		const page = await world.window(board.links.write);
		await live(page);
		const plan = await card(page, "Plan");
		await plan.locator(".text").fill("x".repeat(70_000));
		await page.locator(".trouble").waitFor();
		same(await standing(plan), "refused", "what is said of the note");
		await page.reload();
		await page.locator(".trouble").waitFor();
		same((await value((await card(page, "Plan")).locator(".text"))).length, 70_000, "length of what is kept");
		await (await card(page, "Plan")).locator(".text").fill("short");
		await until(async () => (await stored(board))[0].text === "short", "the shorter text");
	},

	async two_browsers_that_change_one_note_at_once_lose_no_word() {
		const board = await world.board([{ title: "Poem", text: Array.from({ length: 12 }, (_, n) => `line ${n} of it`).join("\n") }]);
		const pages = [await world.window(board.links.write), await world.window(board.links.write)];
		const fields = [];
		for (const page of pages) {
			await live(page);
			fields.push((await card(page, "Poem")).locator(".text"));
		}
		const words = [];
		for (let round = 0; round < ROUNDS; round++) {
			const now = [`a${round}`, `b${round}`];
			await Promise.all(fields.map((field, who) => insert(field, now[who], Math.random())));
			words.push(...now);
			await until(async () => {
				for (const page of pages)
					if (await page.locator(".trouble .merge").count())
						await page.locator(".trouble .merge").click();
				const [one, two] = await Promise.all(fields.map(value));
				return one === two && words.every((w) => one.split(/\s/).filter((x) => x === w).length === 1);
			}, `both having all words of round ${round}`, 30);
		}
		const [{ text }] = await until(async () => {
			const notes = await stored(board);
			return notes[0].text === await value(fields[0]) && notes;
		}, "the service having the same");
		const was = Array.from({ length: 12 }, (_, n) => `line ${n} of it`);
		ok(was.every((line) => text.includes(line)), "the first lines are whole");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
