/**
 * Proves that the library carries a board in a real browser by each of its
 * transports alone: changes down, operations and signals up, text and bytes,
 * nothing lost at a cut, and that left to itself it takes the best; that tabs
 * share one connection; and that a PushSocket is shaped like a WebSocket.
 */

import { same, until } from "./tap.mjs";
import { World } from "./world.mjs";

const ALL = ["websocket", "eventsource", "longpoll", "htmlfile", "poll"];
const world = await World.start("--daemon");
const EXAMPLE = new URL("examples/index.html", world.url).href;

/** A page whose client follows a board. */
async function following(board, options = {}, role = "write", prepare = async () => {}) {
	const page = await world.window(EXAMPLE, prepare);
	if (role)
		await page.evaluate((token) => fetch("../api/session", {
			method: "POST", headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ token }),
		}), board.tokens[role]);
	await follow(page, board, options);
	return page;
}

/** Another tab of the same browser. */
async function tab(page, board, options = {}) {
	const other = await page.context().newPage();
	await other.goto(EXAMPLE);
	await follow(other, board, options);
	return other;
}

function follow(page, board, options) {
	return page.evaluate(async ([id, more]) => {
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
}

const seen = (page) => page.evaluate(() => window.seen);
const write = (board, text) => world.ask("POST", `boards/${board.id}/notes`,
	{ body: { text }, token: board.tokens.write });
const open = (page, transport) => until(() => page.evaluate((name) => {
	const { state, transport: by } = document.documentElement.dataset;
	return state === "open" && by === name;
}, transport), `a page that is open by ${transport}`, 15);
const texts = (from, to) => Array.from({ length: to - from }, (_, i) => `note ${from + i}`);

/** WebSockets that are held, as the page's own address sees them. */
const sockets = () => world.wire.upgrades();

const page_publishes = (page) => page.evaluate(() => window.client.publish({
	op: "put", id: [...crypto.getRandomValues(new Uint8Array(22))].map((n) => "abcdefghijklmnop"[n % 16]).join(""),
	if_match: "0", doc: { text: "published" } }));

/** Runs in the page: the life of one PushSocket. */
async function socketStory([board, transport]) {
	const { PushSocket } = await import("../js/notewire/index.js");
	const prefix = new URL("../socket/", location.href).href;
	const peer = `${"p".repeat(21)}A`;
	const make = (url, protocols = "notewire.v1") => new PushSocket(url, protocols, { transport });
	const rules = [];
	const refuses = (act) => {
		try {
			act();
			rules.push("nothing");
		} catch (error) {
			rules.push(error.name);
		}
	};
	refuses(() => make("ftp://h/"));
	refuses(() => make(`${prefix}${board}#part`));
	refuses(() => make(`${prefix}${board}`, ["a", "a"]));
	const socket = make(`${prefix}${board}?since=0&peer=${peer}`);
	const got = { rules, before: socket.readyState, events: [], results: null, bytes: null };
	refuses(() => socket.send("early"));
	refuses(() => socket.close(1001));
	refuses(() => socket.close(5000));
	refuses(() => socket.close(1000, "\u00fc".repeat(62)));
	const heard = (wanted) => new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`never heard: ${wanted}; but ${got.events}`)), 12_000);
		socket.addEventListener("message", function listen({ data, origin }) {
			const name = typeof data === "string" ? JSON.parse(data).event : "bytes";
			if (name === wanted && origin === socket.url.split("/").slice(0, 3).join("/")) {
				clearTimeout(timer);
				socket.removeEventListener("message", listen);
				resolve(data);
			}
		});
	});
	socket.addEventListener("message", ({ data }) => typeof data === "string" && got.events.push(JSON.parse(data).event));
	const beat = heard("heartbeat");
	await new Promise((resolve) => {
		socket.onopen = resolve;
	});
	got.opened = { state: socket.readyState, protocol: socket.protocol, buffered: socket.bufferedAmount };
	await beat;
	got.events = got.events.filter((name) => name !== "presence");
	const results = heard("results");
	socket.send(JSON.stringify({ op: "put", id: "z".repeat(22), key: "k".repeat(22), if_match: "0", doc: { text: "by socket" } }));
	got.results = JSON.parse(await results).data.results.map((r) => r.status);
	const bytes = heard("bytes");
	socket.send(new Blob([new Uint8Array([1, 0, 0, 255])]));
	const blob = await bytes;
	const all = new Uint8Array(await blob.arrayBuffer());
	got.bytes = [blob instanceof Blob, all[0], all[1], ...all.slice(-2)];
	socket.close(4000, "bye");
	const { code, reason, wasClean, constructor } = await new Promise((resolve) => {
		socket.onclose = resolve;
	});
	got.close = { isCloseEvent: constructor === window.CloseEvent, code, reason, wasClean };
	socket.send("late!");
	got.after = { state: socket.readyState, buffered: socket.bufferedAmount };
	return got;
}

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

/** Two tabs are live by one connection; the one that is left is given back. */
async function shared(prepare) {
	const board = await world.board();
	const first = await following(board, {}, "write", prepare);
	await open(first, "websocket");
	const second = await tab(first, board);
	await open(second, "websocket");
	same(await sockets(), 1, "WebSockets that the daemon holds");
	await write(board, "to both");
	for (const page of [first, second])
		await until(async () => (await seen(page)).changes.join() === "to both", "the change");
	await first.close();
	await write(board, "to the other");
	await until(async () => (await seen(second)).changes.length === 2, "the change", 15);
	return second;
}

await world.tap({
	async two_clients_of_one_page_are_both_live() {
		const board = await world.board();
		const page = await following(board);
		await open(page, "websocket");
		await page.evaluate(() => Object.assign(window, { first: window.seen }));
		await follow(page, board, {});
		await open(page, "websocket");
		await write(board, "for both");
		await until(() => page.evaluate(() => [window.first, window.seen].every(
			({ changes }) => changes.includes("for both"))), "the change, twice");
		same(world.complaints, [], "what the browser refused");
	},

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

	async a_stream_is_followed_without_fetch_streams_too() {
		const board = await world.board();
		const page = await following(board, { transports: ["eventsource"], tabs: false }, "write",
			(p) => p.addInitScript(() => delete window.Response.prototype.body));
		await open(page, "eventsource");
		await write(board, "by EventSource");
		await until(async () => (await seen(page)).changes.length === 1, "the change");
	},

	tabs_share_one_connection: () => shared(),

	async a_page_that_was_put_away_hears_nothing_and_goes_on_where_it_was() {
		const board = await world.board();
		const first = await following(board);
		await open(first, "websocket");
		const second = await tab(first, board);
		await open(second, "websocket");
		await first.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
		await write(board, "meanwhile");
		await until(async () => (await seen(second)).changes.length === 1, "the other tab's change");
		same((await seen(first)).changes, [], "what the page heard");
		await first.evaluate(() => {
			window.client.onreset = ({ reason }) => window.seen.errors.push(reason);
			dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
		});
		await until(async () => (await seen(first)).changes.length === 1, "what it has missed");
		await write(board, "afterwards");
		await until(async () => (await seen(first)).changes.length === 2, "the change");
		const { changes, errors } = await seen(first);
		same([changes, errors], [["meanwhile", "afterwards"], []], "changes, and no reset");
	},

	async a_late_tab_goes_on_from_where_it_says() {
		const board = await world.board();
		const first = await following(board);
		await open(first, "websocket");
		const since = await first.evaluate(() => window.client.cursor);
		for (const text of texts(0, 150))
			await write(board, text);
		await until(async () => (await seen(first)).changes.length === 150, "the first tab's changes");
		const second = await tab(first, board, { since });
		await until(async () => (await seen(second)).changes.length === 150, "what it has missed");
		await open(second, "websocket");
		await write(board, "to both");
		for (const page of [first, second])
			await until(async () => (await seen(page)).changes.length === 151, "the change");
		same((await seen(second)).changes, [...texts(0, 150), "to both"], "changes, in order");
		same([await second.evaluate(() => window.client.snapshot), await sockets()], [null, 1], "no snapshot; WebSockets");
	},

	async without_a_shared_worker_the_tab_that_holds_a_lock_connects() {
		const left = await shared((page) => page.context().addInitScript(() => delete window.SharedWorker));
		same((await page_publishes(left)).status, 201, "an operation by the other");
	},

	async a_revoked_link_closes_for_good() {
		const board = await world.board();
		const link = await world.ask("POST", `boards/${board.id}/links`, { body: { role: "read" }, token: board.tokens.admin });
		const page = await following({ id: board.id, tokens: { read: link.token } }, {}, "read");
		await open(page, "websocket");
		await world.ask("DELETE", `boards/${board.id}/links/${link.id}`, { token: board.tokens.admin });
		await until(async () => (await seen(page)).states.at(-1)[0] === "closed", "the end");
		same((await seen(page)).states.at(-1), ["closed", "revoked", null], "why");
	},

	async with_a_token_no_cookie_is_needed() {
		const board = await world.board();
		for (const transport of ALL) {
			const page = await following(board, { token: board.tokens.write, transports: [transport] }, null);
			await open(page, transport);
			same((await page_publishes(page)).status, 201, `published by ${transport}`);
		}
	},

	...Object.fromEntries(ALL.map((transport) => [`a_socket_by_${transport}_is_shaped_like_a_websocket`, async () => {
		const board = await world.board([{ text: "there before" }]);
		const page = await following(board, {}, "write");
		const got = await page.evaluate(socketStory, [board.id, transport]);
		same(got.rules, ["SyntaxError", "SyntaxError", "SyntaxError", "InvalidStateError", "InvalidAccessError",
			"InvalidAccessError", "SyntaxError"], "what it refuses");
		same([got.before, got.opened], [0, { state: 1, protocol: "notewire.v1", buffered: 0 }], "states");
		same(got.events.slice(0, 3), ["change", "up-to-date", "heartbeat"], "events");
		same(got.results, [201], "the answer to an operation");
		same(got.bytes, [true, 1, 22, 0, 255], "bytes of its own signal, as a Blob");
		same(got.close, { isCloseEvent: true, code: 4000, reason: "", wasClean: true }, "the close");
		same(got.after, { state: 3, buffered: 5 }, "after it");
	}])),

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
