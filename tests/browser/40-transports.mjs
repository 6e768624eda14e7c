/**
 * Proves that the page says in words by which way it hears of changes, that a
 * cut loses nothing in either direction, and that the end of a link's power is
 * said and obeyed.
 */

import { ok, same, until } from "./tap.mjs";
import { card, connection, live, shows, World } from "./world.mjs";

const world = await World.start();
const STREAM = "**/changes?*feed=eventsource*";

/** The page itself asks, whose requests a test can refuse, not a worker. */
async function alone(page) {
	await page.addInitScript(() => delete window.SharedWorker);
}

/** Somebody else writes a note, past this browser's wire. */
function write(board, text) {
	return world.ask("POST", `boards/${board.id}/notes`,
		{ body: { text }, token: board.tokens.write });
}

/** The page hears of a note that is written now. */
async function hears(page, board, text) {
	await write(board, text);
	await card(page, text);
}

const words = (page) => page.locator("#connection-text").textContent();

await world.tap({
	async an_event_stream_is_used_where_it_passes() {
		const board = await world.board();
		const page = await world.window(board.links.write);
		await live(page, "eventsource");
		same(await words(page), "Live over an event stream", "words");
		await hears(page, board, "by stream");
	},

	async a_refused_event_stream_falls_to_long_polling() {
		const board = await world.board();
		const page = await world.window(board.links.write,
			async (p) => {
				await alone(p);
				await p.route(STREAM, (route) => route.abort());
			});
		await live(page, "longpoll");
		same(await words(page), "Live by long-polling", "words");
		await hears(page, board, "by long-poll");
		await hears(page, board, "and again");
	},

	async a_path_that_gathers_the_stream_falls_to_long_polling() {
		const board = await world.board();
		const page = await world.window(board.links.write,
			async (p) => {
				await alone(p);
				await p.route(STREAM, () => {});
			});
		await live(page, "longpoll");
		await hears(page, board, "by long-poll");
	},

	async where_nothing_is_held_the_page_polls() {
		const board = await world.board();
		const page = await world.window(board.links.write, async (p) => {
			await alone(p);
			await p.route(STREAM, (route) => route.abort());
			/* who polls lets a request be held for a millisecond, as signals come by those alone */
			await p.route((url) => url.searchParams.get("feed") === "longpoll" && url.searchParams.get("timeout") !== "1",
				(route) => route.abort());
			await p.route("**/changes?*feed=htmlfile*", (route) => route.abort());
		});
		await live(page, "poll");
		same(await words(page), "Checking every few seconds", "words");
		await hears(page, board, "by poll");
	},

	async the_page_climbs_back_to_the_stream() {
		const board = await world.board();
		const page = await world.window(board.links.write, async (p) => {
			await alone(p);
			await p.clock.install();
			await p.route(STREAM, (route) => route.abort());
		});
		await live(page, "longpoll");
		await page.unroute(STREAM);
		for (let n = 0; n < 40 && (await connection(page)).transport !== "eventsource"; n++) {
			await page.clock.fastForward(15_000);
			await until(async () => (await connection(page)).state === "open", "a connection", 30);
		}
		await live(page, "eventsource");
		await hears(page, board, "by stream again");
	},

	async a_cut_wire_loses_nothing_and_doubles_nothing() {
		const board = await world.board([{ text: "before" }]);
		const page = await world.window(board.links.write);
		await live(page);
		world.wire.cut();
		await until(async () => (await connection(page)).state === "waiting", "the cut being noticed");
		same(await words(page), "Reconnecting…", "words");
		for (let i = 0; i < 5; i++)
			await write(board, `during ${i}`);
		world.wire.mend();
		await live(page);
		await card(page, "during 4");
		same(await page.locator(".card").count(), 6, "notes");
	},

	async what_is_written_while_cut_is_saved_afterwards() {
		const board = await world.board([{ title: "Buy", kind: "checklist", items: [{ text: "milk" }] }]);
		const page = await world.window(board.links.write);
		await live(page);
		world.wire.cut();
		await page.locator(".item [type=checkbox]").check();
		await page.locator(".title").first().fill("Buy today");
		await until(async () => (await words(page)).endsWith("not saved yet"), "the page saying so");
		world.wire.mend();
		await until(async () => {
			const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
			return notes[0].items[0].done && notes[0].title === "Buy today";
		}, "both writes being stored", 20);
		await until(async () => !(await words(page)).endsWith("not saved yet"), "the page saying so");
	},

	async rewound_history_makes_the_page_fetch_the_board_again() {
		const board = await world.board([{ text: "kept" }]);
		let snapshots = 0;
		let polls = 0;
		const page = await world.window(board.links.write,
			(p) => p.route(`**/boards/${board.id}{,/changes*}`, async (route) => {
				if (route.request().url().includes("feed=normal"))
					polls++;
				if (route.request().url().includes("/changes"))
					return route.continue();
				const answer = await route.fetch();
				const body = await answer.json();
				snapshots++;
				if (snapshots === 1) {
					body.last_seq = "zzzzzzzz-9";
					body.notes[0].text = "of a history that is no more";
				}
				await route.fulfill({ response: answer, json: body });
			}));
		await live(page);
		same([snapshots, polls], [2, 0], "snapshots, and polls to find out why");
		await card(page, "kept");
		await hears(page, board, "after");
	},

	async a_revoked_link_ends_the_visit_and_the_page_says_so() {
		const board = await world.board([{ text: "a note" }]);
		const token = board.tokens.admin;
		const link = await world.ask("POST", `boards/${board.id}/links`, { body: { role: "write" }, token });
		const page = await world.window(`${world.url}#${link.token}`);
		await live(page);
		await world.ask("DELETE", `boards/${board.id}/links/${link.id}`, { token });
		await until(async () => (await connection(page)).state === "closed", "the end");
		same(await words(page), "This link has been revoked", "words");
		ok(!await page.locator("#composer").isVisible(), "nothing can be written any more");
		const other = await world.window(`${world.url}#${link.token}`);
		await other.locator("#notice:visible").waitFor();
		same(new URL(other.url()).hash, "", "address");
	},

	async a_deleted_board_ends_the_visit_and_the_page_says_so() {
		const board = await world.board([{ text: "a note" }]);
		const page = await world.window(board.links.write);
		await live(page);
		await world.ask("DELETE", `boards/${board.id}`, { token: board.tokens.admin });
		await until(async () => (await connection(page)).state === "closed", "the end");
		same(await words(page), "This board has been deleted", "words");
	},

	async a_link_made_in_the_panel_opens_the_board() {
		const board = await world.board([{ text: "a note" }], "Camp");
		const page = await world.window(board.links.admin);
		await live(page);
		await page.click("#share-open");
		await page.click("#share-read");
		const field = page.getByLabel("To read along", { exact: true });
		await field.waitFor();
		const other = await world.window(await field.inputValue());
		await shows((await card(other, "a note")).locator(".text"), "a note");
		ok(!await other.locator("#share-open").isVisible(), "a reader has no links to make");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
