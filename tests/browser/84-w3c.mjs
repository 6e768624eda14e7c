/**
 * Proves that the library's socket has the shape of the W3C WebSocket on each
 * of its transports: whatever is observed of the browser's own is observed of
 * it too, from the constructor's rules to the last close.
 */

import { ALL, launch, Visit } from "./client.mjs";
import { beside, ok, same, until } from "./tap.mjs";

const world = await launch();
const LANES = 3;

/** @param {Visit} visit */
function address(visit, query = "?since=now", board = visit.board) {
	return `${visit.base.replace("http", "ws")}socket/${board.id}${query}`;
}

/** With a page, which is closed in the end. */
async function visiting(act, given = {}) {
	const visit = await Visit.open(world, given);
	try {
		await act(visit);
	} finally {
		await visit.close();
	}
}

/** The same observation of the browser's own socket, and of each transport. */
function observed(name) {
	return () => visiting(async (visit) => {
		const seen = {};
		for (const transport of [null, ...ALL]) {
			const board = await world.board();
			await visit.page.evaluate((t) => window.signIn(t), board.tokens.write);
			const url = address(visit, `?since=now&peer=${world.id()}`, board);
			seen[transport] = await visit.page.evaluate(async ([n, t, u, b]) =>
				JSON.stringify(await window.standard.observe(n, t, u)).replaceAll(u, "URL").replaceAll(b, "BOARD"),
			[name, transport, url, board.id]).catch((error) => `threw ${error.message}`);
		}
		ok(!seen.null.startsWith("threw"), `the browser's own: ${seen.null}`);
		for (const transport of ALL)
			same(seen[transport], seen.null, `${transport}, as the browser's own`);
	});
}

/**
 * The same end from elsewhere, of the browser's own socket and of each of
 * those transports: the story that is told of it.
 * @param {string[]} transports
 * @param {(visit: Visit, board: object) => Promise<void>} make	it end
 * @param {(story: any[]) => any} of	what is compared
 */
function ended(transports, make, of = (story) => story) {
	return () => visiting(async (visit) => {
		const seen = {};
		for (const transport of [null, ...transports]) {
			const board = await world.board();
			const link = await world.ask("POST", `boards/${board.id}/links`,
				{ body: { role: "write" }, token: board.tokens.admin });
			await visit.context.clearCookies();
			await visit.page.evaluate((t) => window.signIn(t), link.token);
			await visit.page.evaluate(([t, u]) => window.standard.hold(t, u),
				[transport, address(visit, "?since=now", board)]);
			await make(visit, { ...board, link: link.id });
			seen[transport] = of(await until(() => visit.page.evaluate(() =>
				window.held.told.at(-1)?.[0] === "close" && window.held.told), `the end of ${transport}`, 60));
			visit.proxy.heal();
		}
		for (const transport of transports)
			same(seen[transport], seen.null, `${transport}, as the browser's own`);
		console.log(`# ${JSON.stringify(seen.null)}`);
	});
}

const HELD = ["websocket", "eventsource", "htmlfile"];
const ASKING = ["longpoll", "poll"];

const revoke = (visit, board) => world.ask("DELETE", `boards/${board.id}/links/${board.link}`,
	{ token: board.tokens.admin });
const remove = (visit, board) => world.ask("DELETE", `boards/${board.id}`, { token: board.tokens.admin });

function breakOff(visit) {
	visit.proxy.fault("everything", { refuse: true });
	visit.proxy.cut();
}

/** Asking for it one is not told which of the two it was. */
const either = (story) => story.map((e) => [e[0], e[2], [4403, 4404].includes(e[3]), e.at(-1)]);

const ends = {
	a_revoked_link: ended(HELD, revoke),
	a_revoked_link_when_asking: ended(ASKING, revoke, either),
	a_deleted_board: ended(HELD, remove),
	a_deleted_board_when_asking: ended(ASKING, remove, either),
	a_cut: ended(["websocket", "eventsource", ...ASKING], breakOff),
};

async function the_daemons_end() {
	await ended(HELD, async () => {
		await world.service.does("daemon stop");
		await world.service.does("daemon start");
	})();
}

const names = [];
await visiting(async (visit) => names.push(...await visit.page.evaluate(() => window.standard.names)));

await world.tap({
	...beside(Object.fromEntries(names.map((name) => [name, observed(name)]).concat(Object.entries(ends))), LANES),

	the_daemons_end,

	async pages_never_complained() {
		/* Chromium says so of each send() after close(). */
		same(world.complaints.filter((c) => !c.startsWith("WebSocket is already in CLOSING")), [], "complaints");
	},
});
