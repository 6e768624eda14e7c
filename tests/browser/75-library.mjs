/**
 * Proves that the library carries a board in a real browser by each of its
 * transports alone: changes down, operations and signals up, text and bytes,
 * nothing lost at a cut, and that left to itself it takes the best.
 */

import { ok, same, until } from "./tap.mjs";
import { World } from "./world.mjs";

const ALL = ["websocket", "eventsource", "longpoll", "htmlfile", "poll"];
const world = await World.start("--daemon");

/** A page whose client follows a board. */
async function following(board, options = {}, role = "write") {
	const page = await world.window(new URL("examples/empty.html", world.url).href);
	await page.evaluate((token) => fetch("../api/session", {
		method: "POST", headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ token }),
	}), board.tokens[role]);
	await page.evaluate(async ([id, more]) => {
		const { PushClient } = await import("../js/notewire/index.js");
		const client = new PushClient({ api: new URL("../api/", location.href), board: id, ...more });
		const seen = { changes: [], states: [], transports: [], signals: [], presence: [], traces: [], errors: [] };
		client.onchange = ({ change }) => seen.changes.push(change.doc?.text ?? change.id);
		client.onstatechange = ({ state, reason, retryIn }) => seen.states.push([state, reason, retryIn]);
		client.ontransportchange = ({ to }) => seen.transports.push(to);
		client.onsignal = ({ from, data }) => seen.signals.push([from,
			data instanceof ArrayBuffer ? [...new Uint8Array(data)] : data]);
		client.onpresence = ({ count, you }) => seen.presence.push({ count, you });
		client.ontrace = ({ direction, kind, bytes, headerBytes }) => seen.traces.push([direction, kind, bytes, headerBytes]);
		client.onerror = ({ problem }) => seen.errors.push(problem);
		Object.assign(window, { client, seen });
		client.connect();
	}, [board.id, options]);
	return page;
}

const seen = (page) => page.evaluate(() => window.seen);
const write = (board, text) => world.ask("POST", `boards/${board.id}/notes`,
	{ body: { text }, token: board.tokens.write });
const open = (page, transport) => until(() => page.evaluate((name) => {
	const { state, transport: by } = document.documentElement.dataset;
	return state === "open" && by === name;
}, transport), `a page that is open by ${transport}`, 15);
const texts = (from, to) => Array.from({ length: to - from }, (_, i) => `note ${from + i}`);

/** @param {string} transport */
async function carries(transport) {
	const board = await world.board([{ text: "there before" }]);
	const page = await following(board, { transports: [transport], peer: true });
	await open(page, transport);
	for (const text of texts(0, 5))
		await write(board, text);
	await until(async () => (await seen(page)).changes.length >= 5, "five changes", 15);
	const results = await page.evaluate(() => Promise.all(["a", "b", "c"].map((text) => window.client.publish({
		op: "put", id: text.repeat(22), if_match: "0", doc: { text } }))));
	same(results.map((r) => r.status), [201, 201, 201], "results");
	await until(async () => (await seen(page)).changes.length >= 8, "own changes", 15);
	same((await seen(page)).changes, [...texts(0, 5), "a", "b", "c"], "changes");
	same(await page.evaluate(() => window.client.publish({ op: "put", id: "a".repeat(22), if_match: "0", doc: { text: "x" } })
		.catch((error) => [error.name, error.status, error.problem.type])),
	["NotewireError", 412, "urn:notewire:precondition-failed"], "a refusal");
	await page.evaluate(async () => {
		await window.client.signal({ hello: 1 });
		await window.client.signal(new Uint8Array([0, 255, 7]));
		await window.client.signal(new Blob([new Uint8Array([1, 2])]));
	});
	await until(async () => (await seen(page)).signals.length >= 3, "signals", 15);
	const { signals, presence, errors } = await seen(page);
	same(signals.map(([, data]) => data), [{ hello: 1 }, [0, 255, 7], [1, 2]], "signals");
	same(new Set(signals.map(([from]) => from)).size, 1, "senders");
	same([presence[0].count >= 0, signals[0][0]], [true, presence[0].you], "presence");
	same(errors, [], "errors");
}

await world.tap({
	...Object.fromEntries(ALL.map((transport) => [`${transport}_alone_carries_a_board_both_ways`, () => carries(transport)])),

	async the_best_is_taken_and_a_cut_loses_nothing() {
		const board = await world.board();
		const page = await following(board);
		await open(page, "websocket");
		for (const text of texts(0, 3))
			await write(board, text);
		world.wire.cut();
		for (const text of texts(3, 6))
			await write(board, text);
		await until(async () => (await seen(page)).states.some(([s]) => s === "waiting"), "it waits");
		world.wire.mend();
		await open(page, "websocket");
		await until(async () => (await seen(page)).changes.length >= 6, "changes");
		same((await seen(page)).changes, texts(0, 6), "changes");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
		ok(true, "");
	},
});
