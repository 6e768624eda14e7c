/**
 * Proves what the library's pure parts read, write and keep.
 */

import { fakeClock } from "./fake_clock.mjs";
import { ok, same, tap } from "./tap.mjs";

const HOME = new URL("../../www/js/notewire/", import.meta.url);
const load = (name) => import(new URL(name, HOME).href);

const { EventParser } = await load("sse.js");
const { frameOf, frameRead } = await load("bytes.js");
const { tell, tellLine } = await load("messages.js");
const { outboxOf } = await load("outbox.js");
const { Reader } = await load("reader.js");
const { recall, remember } = await load("memory.js");
const { longpoll } = await load("asking.js");
const { Uplink } = await load("uplink.js");

const MINUTE = 60_000;

function sink() {
	const heard = [];
	return { heard, open: () => heard.push("open"),
		message: (data) => heard.push(typeof data === "string" ? data : [...new Uint8Array(data)]), end: (end) => heard.push(end) };
}

await tap({
	rows_are_taken_once_and_in_order() {
		const reader = new Reader("abcdefgh-3");
		const row = (n, epoch = "abcdefgh") => reader.take({ seq: `${epoch}-${n}`, id: "n" });
		same([2, 3, 4, 4, 5, 7].map((n) => row(n)), ["seen", "seen", "next", "seen", "next", "gap"], "rows");
		same(row(6, "bbbbbbbb"), "gap", "another epoch");
		same(reader.cursor, "abcdefgh-5", "cursor");
	},

	an_event_stream_reads_the_same_however_it_is_cut() {
		const stream = "retry: 1500\n: comment\nid: e-1\ndata: {\"a\":1}\n\nevent: signal\r\ndata: x\r\ndata: y\r\n\r\nid: e-2\rdata:z\r\revent: none\n\n";
		const whole = new EventParser();
		const said = (events) => events.map(({ event, id, data }) => [event, id, data]);
		const wanted = [["", "e-1", "{\"a\":1}"], ["signal", "e-1", "x\ny"], ["", "e-2", "z"]];
		same(said(whole.feed(stream)), wanted, "in one piece");
		same(whole.retry, 1500, "retry");
		const parts = new EventParser();
		same(said([...stream].flatMap((c) => parts.feed(c))), wanted, "a character at a time");
	},

	text_feeds_bring_the_messages_of_a_websocket() {
		const s = sink();
		tell(s, { event: "change", id: "e-1", data: { seq: "e-1" } });
		tellLine(s, { seq: "e-2", id: "n" }, 0);
		tellLine(s, {}, 0);
		tellLine(s, { event: "presence", you: "p", count: 1 }, 0);
		tellLine(s, { event: "signal", from: "abc", base64: btoa("\0\xff") }, 0);
		tellLine(s, { event: "end", reason: "shutdown", retry: 77 }, 0);
		same(s.heard, ["{\"event\":\"change\",\"id\":\"e-1\",\"data\":{\"seq\":\"e-1\"}}",
			"{\"event\":\"change\",\"id\":\"e-2\",\"data\":{\"seq\":\"e-2\",\"id\":\"n\"}}",
			"{\"event\":\"heartbeat\",\"data\":{}}", "{\"event\":\"presence\",\"data\":{\"you\":\"p\",\"count\":1}}",
			[1, 3, 97, 98, 99, 0, 255], "{\"event\":\"end\",\"data\":{\"reason\":\"shutdown\"},\"retry\":77}",
			{ code: 1012, reason: "shutdown", clean: true, retry: 77 }], "messages");
		const { one, peer, body } = frameRead(frameOf(2, "abc", new Uint8Array([9])));
		same([one, peer, [...new Uint8Array(body)]], [true, "abc", [9]], "a frame to one");
	},

	the_ends_have_the_daemons_codes() {
		const codes = Object.entries({ shutdown: 1012, busy: 1013, expired: 4401, revoked: 4403, gone: 4404, age: 1000 });
		for (const [reason, code] of codes) {
			const s = sink();
			tell(s, { event: "end", data: { reason } });
			same(s.heard.at(-1), { code, reason, clean: true }, reason);
		}
	},

	operations_are_sent_again_to_each_new_line_and_paced() {
		const clock = fakeClock();
		const done = [];
		const sent = [];
		const box = outboxOf(clock, ({ key, status }) => done.push([key, status]));
		clock.at = 100_000;
		for (let n = 0; n < 60; n++)
			box.add({ op: "put", id: "n", key: `k${n}` });
		box.attach((text) => sent.push(JSON.parse(text).key), true);
		ok(sent.length >= 25 && sent.length <= 40, `a burst: ${sent.length}`);
		clock.until(101_000);
		ok(sent.length >= 48 && sent.length <= 52, `then twenty a second: ${sent.length}`);
		clock.until(110_000);
		same(sent, Array.from({ length: 60 }, (_, n) => `k${n}`), "all, in order");
		[{ key: "k0", status: 200 }, { key: "k1", status: 412 }].forEach(box.settle);
		box.refuse({ status: 422 });
		same(done, [["k0", 200], ["k1", 412], ["k2", 422]], "answers");
		box.attach(undefined, false);
		const again = [];
		box.attach((text) => again.push(JSON.parse(text).key), false);
		same([again.length, again[0]], [57, "k3"], "again, what has no answer");
	},

	the_winner_is_remembered_for_half_an_hour() {
		const map = new Map();
		const storage = { getItem: (k) => map.get(k) ?? null, setItem: (k, v) => void map.set(k, v) };
		same(recall(storage, 0), "", "nothing yet");
		remember(storage, 1000, "longpoll");
		remember(storage, 2000, "");
		same(recall(storage, 1000 + 30 * MINUTE - 1), "longpoll", "just before");
		same(recall(storage, 1000 + 30 * MINUTE), "", "after it");
		same(recall(storage, 0), "", "a clock that was set back");
		remember({ getItem: () => null, setItem() {
			throw new Error("full");
		} }, 0, "poll");
	},

	async operations_are_answered_and_signals_are_not() {
		const real = globalThis.fetch;
		const asked = [];
		globalThis.fetch = async (url, { body }) => {
			asked.push([new URL(url).pathname.split("/").pop(), typeof body === "string" ? body : [...new Uint8Array(body)]]);
			return url.includes("signals") ? new Response(null, { status: 204 })
				: new Response("{\"results\":[]}", { headers: { "Content-Type": "application/json" } });
		};
		try {
			const s = sink();
			const up = new Uplink({ api: "http://h/", board: "b", clock: fakeClock() }, s, new AbortController().signal);
			up.send("{\"event\":\"signal\",\"data\":1}");
			up.send(frameOf(1, "", new Uint8Array([7])));
			up.send("{\"op\":1}");
			up.send("{\"op\":2}");
			await up.playing;
			same(asked, [["signals", "{\"event\":\"signal\",\"data\":1}"], ["signals", [7]],
				["ops", "{\"ops\":[{\"op\":1},{\"op\":2}]}"]], "asked, what waits as one");
			same([s.heard, up.buffered], [["{\"event\":\"results\",\"data\":{\"results\":[]}}"], 0], "heard; what is left");
		} finally {
			globalThis.fetch = real;
		}
	},

	async a_long_poll_proves_itself_by_a_second_answer() {
		const clock = fakeClock();
		const asked = [];
		const real = globalThis.fetch;
		globalThis.fetch = async (url) => {
			asked.push(new URL(url).searchParams);
			if (asked.length > 3)
				return new Promise(() => {});
			return new Response(JSON.stringify({ results: [], last_seq: "e-0", pending: 0 }),
				{ headers: { "Content-Type": "application/json" } });
		};
		try {
			const s = sink();
			const stop = new AbortController();
			longpoll({ api: "http://h/", board: "b", since: "e-0", clock }, s, stop.signal).catch(() => {});
			for (let n = 0; n < 50; n++)
				await new Promise((resolve) => setTimeout(resolve));
			same(asked.map((q) => [q.get("feed"), q.get("timeout")]),
				[["normal", null], ["longpoll", "150"], ["longpoll", "25000"]], "asked");
			same(s.heard, ["open", "{\"event\":\"up-to-date\",\"data\":{\"last_seq\":\"e-0\"}}",
				...Array(2).fill("{\"event\":\"heartbeat\",\"data\":{}}")], "heard");
			clock.until(4000);
			await new Promise((resolve) => setTimeout(resolve));
			same(asked.length, 4, "what was not held is asked again after a pause");
			stop.abort();
		} finally {
			globalThis.fetch = real;
		}
	},
});
