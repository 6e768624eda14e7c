/**
 * Proves that ten tabs share one connection, over HTTP/1.1 and HTTP/2, on
 * each kind of transport and by each way that a browser has to share: all of
 * them are live, hear a save within a second, get their own answers, and
 * outlive the tab that the connection happened to be in.
 */

import { launch, Visit } from "./client.mjs";
import { ok, same, tap, until } from "./tap.mjs";
import { Writer } from "./writer.mjs";

const TABS = 10;
const SAVES = 5;
const SAVE_MS = 1000;
const WAYS = ["socket", "nginx"];
const KINDS = ["socket", "stream", "longpoll", "htmlfile"];

const worlds = Object.fromEntries(await Promise.all(WAYS.map(async (way) => [way,
	await launch(way, ["--tls"], { args: ["--ignore-certificate-errors"] })])));
const world = worlds.socket;

const without = (...names) => (page) => page.addInitScript((all) => {
	for (const name of all)
		Object.defineProperty(name === "locks" ? window.Navigator.prototype : window, name, { value: undefined });
}, names);

/** Ten tabs of one browser on one board. */
async function ten(act, { at = world, base, options = {}, prepare, transport = "websocket" } = {}) {
	const context = await at.browser.newContext();
	const proxy = base ? null : await at.proxy();
	const board = await at.board();
	try {
		const tabs = await Promise.all(Array.from({ length: TABS }, () => Visit.open(at,
			{ board, context, base: base ?? proxy.url, prepare })));
		for (const tab of tabs)
			await tab.begin({ tabs: true, transports: [transport], ...options });
		await Promise.all(tabs.map((tab) => tab.by(transport)));
		await act(tabs, { proxy, board });
	} finally {
		await context.close();
		await at.tidy();
	}
}

/** Each tab hears each save, and of most of them the last does so in time. */
async function saved(tabs) {
	const { world: at, board } = tabs[0];
	const slowest = [];
	for (let i = 0; i < SAVES; i++) {
		const text = `save ${i} ${at.id()}`;
		const begun = Date.now();
		await at.ask("POST", `boards/${board.id}/notes`, { body: { text }, token: board.tokens.write });
		const heard = await Promise.all(tabs.map((tab) => until(async () => (await tab.told("change")).find(
			(c) => c.text === text), `${text} in each tab`, 60)));
		slowest.push(Math.max(...heard.map((c) => c.wall)) - begun);
	}
	slowest.sort((a, b) => a - b);
	ok(slowest[SAVES >> 1] <= SAVE_MS, `the last tab hears a save after so many ms: ${slowest}`);
	console.log(`# the last of ${tabs.length} tabs hears a save after ${slowest[SAVES >> 1]} ms, median`);
}

const open = (proxy) => KINDS.map((kind) => proxy.open(kind));
const one = (kind) => KINDS.map((k) => k === kind ? 1 : 0);

/** All ten by one connection of that kind. */
function shared(transport, kind, prepare) {
	return () => ten(async (tabs, { proxy, board }) => {
		await saved(tabs);
		await until(() => JSON.stringify(open(proxy)) === JSON.stringify(one(kind)),
			`one connection, not ${open(proxy)} of ${KINDS}`);
		const writer = new Writer(world, board, 100).begin(1);
		await Promise.all(tabs.map((tab, i) => tab.publishes(`by tab ${i}`)));
		await writer.end();
		await Promise.all(tabs.map((tab) => tab.complete(writer)));
	}, { transport, prepare });
}

/** The tab of those where the forever frame is. */
const framed = (tabs) => until(async () => {
	const there = await Promise.all(tabs.map(({ page }) => page.locator("iframe").count()));
	return tabs[there.indexOf(1)];
}, "a forever frame in one of them");

/** The tabs end one by one, and those that are left go on before silence would have told. */
function outlived(transport, prepare, next = (tabs) => tabs[0]) {
	return () => ten(async (tabs, { board }) => {
		const writer = new Writer(world, board, 100).begin(4);
		for (let i = 0; i < 7; i++) {
			const tab = await next(tabs);
			tabs.splice(tabs.indexOf(tab), 1);
			await tab.close();
			const word = `after ${tabs.length}`;
			await world.ask("POST", `boards/${board.id}/notes`, { body: { text: word }, token: board.tokens.write });
			await tabs[0].hears(word, 20);
		}
		await writer.end();
		await Promise.all(tabs.map((tab) => tab.complete(writer)));
		await Promise.all(tabs.map((tab, i) => tab.publishes(`by tab ${i} of those that are left`)));
	}, { transport, prepare });
}

/** With TLS and HTTP/2. */
function secured(way, transport, tabs_share) {
	return () => ten(async (tabs) => {
		const by = await tabs[0].page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol);
		same(by, "h2", "the protocol");
		await saved(tabs);
		const wanted = tabs_share ? 1 : TABS;
		await until(async () => await worlds[way].service.held() === wanted, `${wanted} being held`);
		await Promise.all(tabs.map((tab, i) => tab.publishes(`by tab ${i}`)));
	}, { at: worlds[way], base: worlds[way].service.secure, transport, options: { tabs: tabs_share } });
}

const NO_WORKER = without("SharedWorker");

try {
	await tap({
		ten_tabs_share_a_websocket_over_http_1: shared("websocket", "socket"),
		ten_tabs_share_an_event_stream_over_http_1: shared("eventsource", "stream"),
		ten_tabs_share_a_long_poll_over_http_1: shared("longpoll", "longpoll"),
		ten_tabs_share_a_forever_frame_in_one_of_them: shared("htmlfile", "htmlfile"),
		without_shared_workers_they_share_one_too: shared("eventsource", "stream", NO_WORKER),
		without_locks_as_well_each_has_its_own: () => ten(async (tabs, { proxy }) => {
			await saved(tabs);
			same(proxy.open("socket"), TABS, "connections");
		}, { prepare: without("SharedWorker", "locks") }),
		those_that_are_left_go_on_by_the_worker: outlived("websocket"),
		those_that_are_left_go_on_without_a_worker: outlived("eventsource", NO_WORKER),
		those_that_are_left_go_on_when_the_frame_was_in_another: outlived("htmlfile", undefined, framed),
		with_the_last_tab_the_connection_ends: () => ten(async (tabs, { proxy }) => {
			/* Of the same browser, on another board: it keeps the worker. */
			const other = await Visit.open(world, { board: await world.board(), context: tabs[0].context, base: proxy.url });
			await other.begin({ tabs: true, transports: ["websocket"] });
			await other.by("websocket");
			same(proxy.open("socket"), 2, "connections");
			for (const tab of tabs)
				await tab.close();
			await until(() => proxy.open("socket") === 1, "its end");
			await other.publishes("of the other board");
		}),
		ten_tabs_share_an_event_stream_over_http_2_on_lighttpd: secured("socket", "eventsource", true),
		ten_tabs_share_a_websocket_with_tls_on_lighttpd: secured("socket", "websocket", true),
		ten_tabs_share_an_event_stream_over_http_2_on_nginx: secured("nginx", "eventsource", true),
		ten_event_streams_pass_side_by_side_over_http_2_on_nginx: secured("nginx", "eventsource", false),

		pages_never_complained() {
			same(WAYS.flatMap((way) => worlds[way].complaints), [], "complaints");
		},
	});
} finally {
	for (const way of WAYS)
		await worlds[way].stop();
}
