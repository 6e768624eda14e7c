/**
 * Proves that the faulty way of the tests that follow has just those faults:
 * each does to requests, responses and WebSockets what it is named for, also
 * to those that are open, and leaves all others alone.
 */

import { ask, frame, UPGRADE } from "./heard.mjs";
import { ok, same, until } from "./tap.mjs";
import { World } from "./world.mjs";

const world = await World.launch(["--daemon"], null);

/** A WebSocket to a board, of which only the bytes are looked at. */
function socket(base, board, role = "write") {
	return ask(new URL(`socket/${board.id}?since=0`, base),
		{ token: board.tokens[role], headers: UPGRADE });
}

function feed(base, board, name, more = "") {
	return ask(new URL(`api/boards/${board.id}/changes?feed=${name}&since=0${more}`, base),
		{ token: board.tokens.read });
}

const op = (letter, text) => JSON.stringify(
	{ op: "put", id: letter.repeat(22), key: letter.repeat(22), if_match: "0", doc: { text } });

function write(board, text, base = world.service.url) {
	return ask(new URL(`api/boards/${board.id}/notes`, base), { method: "POST", body: text,
		token: board.tokens.write, headers: { "Content-Type": "text/plain" } });
}

async function texts(board) {
	const { notes } = await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read });
	return notes.map((n) => n.text).sort();
}

/** A way, a board, and a stream past the way: by it one sees what there was to hear. */
async function scene() {
	const [proxy, board] = [await world.proxy(), await world.board([{ text: "first" }])];
	const beside = (await feed(world.service.url, board, "eventsource")).heard;
	await beside.hears("event: heartbeat");
	return { proxy, board, beside };
}

/** Somebody writes, and who is beside the way has heard it. */
async function told({ board, beside }, text) {
	await write(board, text);
	await beside.hears(text);
}

const fails = (promise) => promise.then(() => false, () => true);

await world.tap({
	async without_a_rule_all_passes_as_it_is() {
		const { proxy, board } = await scene();
		const [near, far] = await Promise.all([proxy.url, world.service.url].map((base) => ask(
			new URL(`api/boards/${board.id}`, base), { token: board.tokens.read })));
		await until(() => near.heard.over && far.heard.over, "both ends");
		same([near.status, near.headers.etag, near.headers["content-type"], near.heard.text],
			[far.status, far.headers.etag, far.headers["content-type"], far.heard.text], "the answers");
		const stream = await feed(proxy.url, board, "eventsource");
		const open = await socket(proxy.url, board);
		same([stream.status, open.status, open.headers["sec-websocket-protocol"]],
			[200, 101, "notewire.v1"], "the heads");
		open.up.write(frame(op("A", "up")));
		await stream.heard.hears("\"up\"");
		await open.heard.hears("\"results\"");
		await write(board, "by the way", proxy.url);
		await stream.heard.hears("by the way");
		await open.heard.hears("by the way");
		same(["socket", "stream", "other"].map((kind) => proxy.open(kind)), [1, 1, 0], "what is open");
		open.up.destroy();
		stream.heard.from.destroy();
		await until(() => proxy.passages.size === 0, "their end being seen");
	},

	async kinds_are_told_apart() {
		const { proxy, board } = await scene();
		const kinds = { eventsource: "stream", continuous: "stream", htmlfile: "htmlfile",
			longpoll: "longpoll", normal: "poll" };
		for (const [name, kind] of Object.entries(kinds)) {
			proxy.fault(kind, { deny: 418 });
			same((await feed(proxy.url, board, name)).status, 418, `${name} as ${kind}`);
			proxy.heal();
			same((await feed(proxy.url, board, name)).status, 200, `${name} after that`);
		}
		proxy.fault("poll", { deny: 418 });
		same((await feed(proxy.url, board, "longpoll", "&timeout=1")).status, 418, "one that hardly waits");
		same((await feed(proxy.url, board, "longpoll", "&timeout=150")).status, 200, "one that waits");
		proxy.heal();
		proxy.fault("stream", { deny: 418 });
		const asked = (query, accept) => ask(new URL(`api/boards/${board.id}/changes${query}`, proxy.url),
			{ token: board.tokens.read, headers: { Accept: accept } });
		same((await asked("", "text/event-stream")).status, 418, "a stream by Accept");
		same((await asked("?feed=normal", "text/event-stream")).status, 200, "the query before that");
		proxy.fault("socket", { deny: 418 });
		proxy.fault("stream");
		same((await socket(proxy.url, board)).status, 418, "a socket");
	},

	async strip_takes_the_upgrade_from_a_socket() {
		const { proxy, board } = await scene();
		proxy.fault("everything", { strip: true });
		const { status, heard } = await socket(proxy.url, board);
		same(status, 426, "the daemon's own answer");
		await until(() => heard.over === "end", "its end");
		same((await feed(proxy.url, board, "eventsource")).status, 200, "a stream");
	},

	async deny_answers_in_the_servers_place() {
		const { proxy, board } = await scene();
		proxy.fault("socket", { deny: 403 });
		same((await socket(proxy.url, board)).status, 403, "a socket");
		proxy.fault("other", { deny: 503, headers: { "Retry-After": "7" } });
		const { status, headers } = await write(board, "no", proxy.url);
		same([status, headers["retry-after"]], [503, "7"], "a note");
		same(await texts(board), ["first"], "notes");
	},

	async swallow_lets_a_socket_begin_and_nothing_more() {
		const here = await scene();
		const { proxy, board } = here;
		proxy.fault("socket", { swallow: true });
		const open = await socket(proxy.url, board);
		same(open.status, 101, "the head");
		open.up.write(frame(op("B", "swallowed")));
		await told(here, "unheard");
		proxy.heal();
		await told(here, "unheard still");
		same([open.heard.text, open.heard.over, await texts(board)],
			["", null, ["first", "unheard", "unheard still"]], "what passed");
	},

	async swallow_holds_for_what_is_open() {
		const here = await scene();
		const { proxy, board } = here;
		const open = await socket(proxy.url, board);
		const stream = await feed(proxy.url, board, "eventsource");
		await open.heard.hears("\"heartbeat\"");
		await stream.heard.hears("event: heartbeat");
		proxy.fault("socket", { swallow: true });
		await told(here, "unheard");
		await stream.heard.hears("unheard");
		proxy.fault("stream", { swallow: true });
		await told(here, "nor this");
		ok(!open.heard.text.includes("unheard"), "the socket");
		ok(!stream.heard.text.includes("nor this"), "the stream");
		same([open.heard.over, stream.heard.over], [null, null], "their ends");
	},

	async buffer_keeps_a_response_until_its_end() {
		const here = await scene();
		const { proxy, board, beside } = here;
		const link = await world.ask("POST", `boards/${board.id}/links`,
			{ body: { role: "read" }, token: board.tokens.admin });
		proxy.fault("everything", { buffer: true });
		let stream = null;
		feed(proxy.url, { ...board, tokens: { read: link.token } }, "eventsource").then((s) => stream = s);
		const poll = feed(proxy.url, board, "longpoll", "&limit=1");
		same((await poll).status, 200, "what ends");
		await until(() => proxy.open("stream") === 1, "the stream at the proxy");
		await told(here, "kept");
		same(stream, null, "the stream's head");
		await world.ask("DELETE", `boards/${board.id}/links/${link.id}`, { token: board.tokens.admin });
		await until(() => stream?.heard.over === "end", "the stream, as it has ended");
		ok(stream.heard.text.includes("kept"), "all of it");
		ok(!beside.over, "the other stream goes on");
	},

	async buffer_lets_go_when_it_is_lifted() {
		const here = await scene();
		const { proxy, board } = here;
		proxy.fault("stream", { buffer: true });
		const stream = feed(proxy.url, board, "eventsource");
		await until(() => proxy.open("stream") === 1, "the stream at the proxy");
		await told(here, "kept");
		await told(here, "kept too");
		proxy.heal();
		await (await stream).heard.hears("kept too");
	},

	async cut_ends_what_is_open_and_only_that() {
		const { proxy, board } = await scene();
		const open = await socket(proxy.url, board);
		const stream = await feed(proxy.url, board, "eventsource");
		proxy.cut("socket");
		await until(() => open.heard.over === "cut", "the socket's end");
		await write(board, "goes on", proxy.url);
		await stream.heard.hears("goes on");
		proxy.cut();
		await until(() => stream.heard.over === "cut", "the stream's end");
		same((await socket(proxy.url, board)).status, 101, "the next socket");
		ok(!await fails(feed(proxy.url, board, "eventsource")), "the next stream");
	},

	async refuse_answers_nobody() {
		const { proxy, board } = await scene();
		proxy.fault("everything", { refuse: true });
		ok(await fails(socket(proxy.url, board)), "a socket fails");
		ok(await fails(feed(proxy.url, board, "normal")), "a poll fails");
		ok(await fails(write(board, "no", proxy.url)), "a note fails");
		proxy.heal();
		same((await feed(proxy.url, board, "normal")).status, 200, "a poll afterwards");
		same(await texts(board), ["first"], "notes");
	},

	async blackhole_takes_all_and_gives_nothing() {
		const here = await scene();
		const { proxy, board } = here;
		const stream = await feed(proxy.url, board, "eventsource");
		await stream.heard.hears("event: heartbeat");
		proxy.fault("everything", { blackhole: true });
		let answers = 0;
		for (const asked of [socket(proxy.url, board), write(board, "lost", proxy.url)])
			asked.then(() => answers++, () => answers++);
		await until(() => proxy.open("socket") + proxy.open("other") === 2, "both at the proxy");
		await told(here, "unheard");
		proxy.heal();
		await told(here, "unheard still");
		ok(!stream.heard.text.includes("unheard"), "the stream hears nothing");
		same([answers, stream.heard.over, await texts(board)],
			[0, null, ["first", "unheard", "unheard still"]], "answers and notes");
		same((await feed(proxy.url, board, "normal")).status, 200, "what is asked for now");
	},

	async delay_makes_all_later_and_keeps_its_order() {
		const { proxy, board } = await scene();
		proxy.fault("everything", { delay: 200 });
		const begun = performance.now();
		same((await feed(proxy.url, board, "normal")).status, 200, "an answer");
		const took = performance.now() - begun;
		ok(took >= 400, `there and back: ${took}`);
		const open = await socket(proxy.url, board);
		await open.heard.hears("first");
		for (let i = 0; i < 5; i++)
			open.up.write(frame(op(String(i), `up ${i}`)));
		const said = performance.now();
		await open.heard.hears("\"up 4\"");
		ok(performance.now() - said >= 400, "up and down");
		same(open.heard.text.match(/"(first|up \d)"/g).join(),
			"\"first\",\"up 0\",\"up 1\",\"up 2\",\"up 3\",\"up 4\"", "in order");
	},

	async a_cut_behind_it_passes_through_it() {
		const { proxy, board } = await scene();
		const open = await socket(proxy.url, board);
		await world.service.does("daemon stop");
		await until(() => open.heard.over === "end", "the close");
		ok(open.heard.text.includes("shutdown"), "and what came before");
		same((await socket(proxy.url, board)).status, 503, "the server's own answer");
	},
});
