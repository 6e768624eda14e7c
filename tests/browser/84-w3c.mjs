/**
 * Proves that the library's socket has the shape of the W3C WebSocket on each
 * of its transports: whatever is observed of the browser's own is observed of
 * it too, from the constructor's rules to the last close.
 */

import { ALL, beside, launch, Visit } from "./client.mjs";
import { ok, same } from "./tap.mjs";

const world = await launch();
const LANES = 3;

/** @param {Visit} visit */
async function address(visit, query = "?since=now", board = visit.board) {
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
			const url = await address(visit, `?since=now&peer=${world.id()}`, board);
			const begun = performance.now();
			seen[transport] = await visit.page.evaluate(async ([n, t, u, b]) =>
				JSON.stringify(await window.standard.observe(n, t, u)).replaceAll(u, "URL").replaceAll(b, "BOARD"),
			[name, transport, url, board.id]).catch((error) => `threw ${error.message}`);
			if (process.env.TIMES) console.log("# ", name, transport, performance.now() - begun);
		}
		ok(!seen.null.startsWith("threw"), `the browser's own: ${seen.null}`);
		for (const transport of ALL)
			same(seen[transport], seen.null, `${transport}, as the browser's own`);
	});
}

const names = [];
await visiting(async (visit) => names.push(...await visit.page.evaluate(() => window.standard.names)));

await world.tap({
	...beside(Object.fromEntries(names.map((name) => [name, observed(name)])), LANES),

	async pages_never_complained() {
		/* Chromium says so of each send() after close(). */
		same(world.complaints.filter((c) => !c.startsWith("WebSocket is already in CLOSING")), [], "complaints");
	},
});
