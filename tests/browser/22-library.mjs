/**
 * Proves what the library decides, with a clock of the test's own: which
 * transport is opened when, what counts as proven, who is left, what is tried
 * again; and what its pure parts read and write.
 */

import { ok, same, tap } from "./tap.mjs";

const HOME = new URL("../../www/js/notewire/", import.meta.url);
const load = (name) => import(new URL(name, HOME).href);

const { backoff } = await load("backoff.js");
const { Chooser } = await load("chooser.js");
const { EventParser } = await load("sse.js");
const { frameOf, frameRead, tell, tellLine } = await load("messages.js");
const { Outbox } = await load("outbox.js");
const { Reader } = await load("reader.js");
const { recall, remember } = await load("memory.js");
const { longpoll } = await load("longpoll.js");

const ALL = ["websocket", "eventsource", "longpoll", "htmlfile", "poll"];
const MINUTE = 60_000;

/** A chooser with a clock; `log` is what it did, `at` when. */
class Play {
	log = [];
	now = 0;
	out = new Map();

	constructor(names = ALL, random = () => 0) {
		this.chooser = new Chooser(names, random);
	}

	do(act) {
		act(this.chooser, this.now);
		for (const action of this.chooser.take()) {
			const name = action.name ?? this.out.get(action.id);
			if (action.do === "open")
				this.out.set(action.id, action.name);
			if (action.do === "close")
				this.out.delete(action.id);
			this.log.push([this.now, action.do, action.do === "state" ? action.state : name]);
		}
		return this;
	}

	/** Lets time pass, as a timer that is on time does. */
	until(at) {
		for (let n = 0; this.chooser.nextAt <= at; n++) {
			ok(n < 1000, "time goes on");
			this.now = Math.max(this.now, this.chooser.nextAt);
			this.do((c, now) => c.tick(now));
		}
		this.now = at;
		return this;
	}

	/** The newest of that name that is open. */
	id(name) {
		return [...this.out].findLast(([, n]) => n === name)?.[0];
	}

	start(known) {
		return this.do((c, now) => c.start(now, known));
	}

	prove(name) {
		const id = this.id(name);
		return this.do((c, now) => c.heard(now, id)).do((c, now) => c.proven(now, id));
	}

	beat(name) {
		const id = this.id(name);
		return this.do((c, now) => c.heard(now, id));
	}

	/** Alive by its heartbeat until then. */
	live(name, at) {
		for (let n = this.now + 15_000; n < at; n += 15_000)
			this.until(n).beat(name);
		return this.until(at);
	}

	end(name, reason = "broken", retry = 0) {
		const id = this.id(name);
		this.out.delete(id);
		return this.do((c, now) => c.ended(now, id, reason, retry));
	}

	/** What was opened since, and when. */
	opened() {
		const opened = this.log.filter(([, what]) => what === "open").map(([at, , name]) => [at, name]);
		this.log = [];
		return opened;
	}

	get open() {
		return [...this.out.values()];
	}
}

/** A clock whose timers the test lets run. */
function fakeClock() {
	const clock = { at: 0, timers: new Map(), n: 0, now: () => clock.at, wall: () => clock.at,
		set(act, ms) {
			clock.timers.set(++clock.n, [clock.at + ms, act]);
			return clock.n;
		},
		clear: (n) => clock.timers.delete(n),
		until(at) {
			for (let [n, due] = clock.next(); due && due[0] <= at; [n, due] = clock.next()) {
				clock.timers.delete(n);
				clock.at = due[0];
				due[1]();
			}
			clock.at = at;
		},
		next: () => [...clock.timers].sort((a, b) => a[1][0] - b[1][0])[0] ?? [],
	};
	return clock;
}

function sink() {
	const heard = [];
	return { heard, open: () => heard.push("open"), text: (text) => heard.push(text),
		bytes: (bytes) => heard.push([...new Uint8Array(bytes)]), end: (end) => heard.push(end) };
}

await tap({
	the_next_is_opened_beside_the_last_at_the_stated_times() {
		for (const [rtt, first] of [[100, 1500], [600, 2400], [5000, 4000]]) {
			const p = new Play().start({ rtt }).until(first + 3000);
			same(p.opened(), [[0, "websocket"], [first, "eventsource"], [first + 3000, "longpoll"]], `rtt ${rtt}`);
			same(p.open, ["websocket", "eventsource", "longpoll"], "beside each other");
		}
	},

	a_refused_transport_makes_room_for_the_next_at_once() {
		const p = new Play().start({ rtt: 100 }).until(20).end("websocket").until(30).end("eventsource");
		same(p.opened(), [[0, "websocket"], [20, "eventsource"], [30, "longpoll"]], "opened");
	},

	the_first_proven_one_delivers_and_lesser_ones_are_let_go() {
		const p = new Play().start({ rtt: 100 }).until(5000);
		p.prove("eventsource");
		same(p.open, ["websocket", "eventsource"], "the better one may still come");
		same(p.chooser.state, "open", "state");
		p.until(6000).prove("websocket");
		same(p.open, ["websocket"], "it takes over");
		same(p.log.filter(([, what]) => what === "deliver").map(([, , name]) => name), ["eventsource", "websocket"], "delivered");
		const [made, broken] = ["deliver", "close"].map((what) => p.log.findLastIndex(([at, w]) => at === 6000 && w === what));
		ok(made < broken, "made before broken");
	},

	what_says_nothing_for_35_seconds_is_dead() {
		const p = new Play(["websocket"]).start().until(100).prove("websocket").live("websocket", 100_000);
		same(p.chooser.state, "open", "while it beats");
		const last = 100 + 6 * 15_000;
		p.until(last + 34_999);
		same(p.chooser.state, "open", "34.999 s after the last");
		p.until(last + 35_000);
		same(p.chooser.state, "waiting", "35 s after the last");
	},

	a_proof_that_dies_within_a_second_is_none() {
		const p = new Play(["websocket", "poll"]);
		for (let n = 0; n < 3; n++) {
			p.start({ rtt: 100 }).prove("websocket").until(p.now + 500).end("websocket");
		}
		p.opened();
		p.until(p.now + 60_000);
		same(p.opened()[0]?.[1], "poll", "the third time it is passed over");
	},

	three_unproven_deaths_demote_and_a_proof_forgives() {
		const p = new Play();
		for (let n = 1; n <= 3; n++) {
			p.opened();
			p.start({ rtt: 100 });
			same(p.opened()[0][1], "websocket", `round ${n}`);
			p.end("websocket").until(p.now + 200).prove("eventsource").until(p.now + 2000).do((c) => c.rest("asleep"));
		}
		p.opened();
		p.start({ rtt: 100 });
		same(p.opened().map(([, name]) => name), ["eventsource"], "round 4");
		p.prove("eventsource").do((c, now) => c.online(now));
		p.prove("websocket").do((c) => c.rest("asleep")).opened();
		p.start({ rtt: 100 });
		same(p.opened().map(([, name]) => name), ["websocket"], "after it was proven");
	},

	who_is_everybodys_fault_is_nobodys() {
		const p = new Play(["websocket", "poll"]);
		for (let n = 0; n < 5; n++) {
			p.opened();
			p.start({ rtt: 100 });
			same(p.opened()[0][1], "websocket", `round ${n}`);
			p.end("websocket").end("poll");
			same(p.chooser.state, "waiting", "it waits");
		}
	},

	better_ones_are_tried_at_5_10_and_20_minutes_and_then_each_20() {
		const p = new Play().start({ rtt: 100 }).end("websocket").prove("eventsource");
		p.opened();
		const tried = [];
		for (let minute = 1; minute <= 61; minute++) {
			p.live("eventsource", minute * MINUTE + 1);
			p.beat("eventsource");
			for (const [at, name] of p.opened())
				tried.push([Math.round(at / MINUTE), name]);
			if (p.open.includes("websocket"))
				p.end("websocket");
		}
		same(tried, [5, 10, 20, 40, 60].map((m) => [m, "websocket"]), "tried");
		same(p.open, ["eventsource"], "it went on meanwhile");
	},

	a_climb_goes_down_only_to_what_there_is() {
		const p = new Play().start({ rtt: 100 }).end("websocket").end("eventsource").prove("longpoll");
		p.opened();
		p.live("longpoll", 5 * MINUTE + 10_000);
		same(p.opened().map(([, n]) => n), ["websocket", "eventsource"], "tried");
		p.prove("eventsource");
		same(p.open, ["websocket", "eventsource"], "taken over, and the best may still come");
	},

	online_tries_better_ones_at_once() {
		const p = new Play().start({ rtt: 100 }).end("websocket").prove("eventsource").until(10_000);
		p.opened();
		p.do((c, now) => c.online(now));
		ok(p.opened().some(([at, name]) => at === 10_000 && name === "websocket"), "websocket is tried");
	},

	the_winner_begins_the_next_round_and_failing_forgets_it() {
		const p = new Play().start({ rtt: 100, remembered: "longpoll" });
		same(p.opened(), [[0, "longpoll"]], "the first");
		p.end("longpoll").end("htmlfile").end("poll");
		same(p.chooser.state, "waiting", "all of them failed");
		p.opened();
		p.until(p.now + 1000);
		same(p.opened()[0][1], "websocket", "then from the top");
	},

	waiting_doubles_with_full_jitter_and_ends_with_lasting_life() {
		const waits = (random) => {
			const p = new Play(["poll"], () => random).start();
			return Array.from({ length: 8 }, () => {
				const before = p.now;
				p.end("poll");
				p.until(p.chooser.nextAt);
				return p.now - before;
			});
		};
		same(waits(0), Array(8).fill(500), "the least");
		same(waits(0.999999), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000], "the most");
		for (const [lived, wait] of [[29_000, 2000], [30_000, 1000]]) {
			const p = new Play(["websocket"], () => 0.999999).start();
			p.end("websocket");
			p.until(p.chooser.nextAt);
			const begun = p.now;
			p.prove("websocket").until(begun + 14_000).beat("websocket").until(begun + lived).end("websocket");
			same(p.chooser.nextAt - p.now, wait, `after ${lived} ms of life`);
		}
		same(backoff(5000, 0.5), 15_250, "a try long after");
	},

	the_service_is_obeyed_when_it_asks_for_patience() {
		const p = new Play(["poll"]).start().prove("poll").until(5000).end("poll", "shutdown", 12_345);
		same(p.chooser.nextAt, 5000 + 12_345, "next");
	},

	a_probe_has_3_seconds() {
		const p = new Play().start({ rtt: 100 }).prove("websocket").until(10_000);
		p.opened();
		p.do((c, now) => c.wake(now, "visible"));
		same(p.opened(), [[10_000, "websocket"]], "the probe");
		const dead = p.until(12_999);
		same(dead.chooser.state, "open", "2.999 s later");
		p.until(13_000);
		same(p.chooser.state, "connecting", "3 s later");
	},

	a_probe_that_fails_harms_nothing_while_messages_come() {
		const p = new Play(["websocket"]).start({ rtt: 100 }).prove("websocket").until(10_000);
		const first = p.id("websocket");
		p.do((c, now) => c.wake(now, "visible")).end("websocket").until(11_000);
		p.do((c, now) => c.heard(now, first)).until(20_000);
		same([p.chooser.state, p.open], ["open", ["websocket"]], "it goes on");
	},

	a_proven_probe_takes_over() {
		const p = new Play().start({ rtt: 100 }).prove("websocket").until(10_000);
		p.do((c, now) => c.wake(now, "visible")).prove("websocket").until(20_000);
		same([p.chooser.state, p.open, p.id("websocket")], ["open", ["websocket"], 2], "the second");
	},

	a_long_sleep_is_no_silence() {
		const p = new Play().start({ rtt: 100 }).prove("websocket");
		p.now = 10 * MINUTE;
		p.do((c, now) => c.wake(now, "woken")).do((c, now) => c.tick(now));
		same(p.chooser.state, "open", "still open while it is probed");
	},

	offline_is_only_a_hint() {
		const p = new Play(["websocket"]).start().prove("websocket").do((c, now) => c.offline(now));
		same(p.chooser.state, "open", "what works is not given up");
		p.prove("websocket").until(2000).end("websocket");
		same(p.chooser.state, "offline", "but it is said");
		p.opened();
		p.until(2500);
		same(p.opened(), [[2500, "websocket"]], "and tried");
	},

	rest_lets_go_and_closed_is_for_good() {
		const p = new Play().start().prove("websocket").do((c) => c.rest("hidden"));
		same([p.open, p.chooser.nextAt], [[], Infinity], "nothing is left");
		p.opened();
		p.do((c, now) => c.wake(now, "visible"));
		same(p.opened().map(([, n]) => n), ["websocket"], "woken");
		p.do((c) => c.rest("revoked", "closed")).do((c, now) => c.wake(now, "visible")).until(MINUTE * 60);
		same(p.opened(), [], "never again");
	},

	whatever_happens_it_finds_a_way_once_there_is_one() {
		let seed = 7;
		const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
		for (let game = 0; game < 300; game++) {
			const p = new Play(ALL, random).start({ rtt: 100 });
			for (let step = 0; step < 60; step++) {
				const name = ALL[Math.floor(random() * 5)];
				const moves = [() => p.prove(name), () => p.end(name), () => p.until(p.now + random() * 40_000),
					() => p.do((c, now) => c.wake(now, "x")), () => p.do((c, now) => c.online(now)),
					() => p.do((c, now) => c.offline(now)), () => p.beat(name)];
				if (p.id(name))
					moves[Math.floor(random() * moves.length)]();
				else
					moves[2 + Math.floor(random() * 4)]();
				ok(p.chooser.nextAt < Infinity, "it has something to wait for");
				ok((p.chooser.state === "open") === (p.chooser.current !== null), "open is when one delivers");
			}
			for (let n = 0; n < 40 && p.chooser.state !== "open"; n++) {
				for (const name of ALL.slice(0, 4))
					while (p.id(name))
						p.end(name);
				if (p.id("poll"))
					p.prove("poll");
				else
					p.until(Math.max(p.now, p.chooser.nextAt));
			}
			same(p.chooser.state, "open", `game ${game}`);
		}
	},

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
		tell(s, "change", "{\"seq\":\"e-1\"}", { id: "e-1" });
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
		same([one, peer, [...body]], [true, "abc", [9]], "a frame to one");
	},

	the_ends_have_the_daemons_codes() {
		const codes = Object.entries({ shutdown: 1012, busy: 1013, expired: 4401, revoked: 4403, gone: 4404, age: 1000 });
		for (const [reason, code] of codes) {
			const s = sink();
			tell(s, "end", JSON.stringify({ reason }));
			same(s.heard.at(-1), { code, reason, clean: true }, reason);
		}
	},

	operations_are_sent_again_to_each_new_line_and_paced() {
		const clock = fakeClock();
		const done = [];
		const sent = [];
		const box = new Outbox(clock, (key, result) => done.push([key, result?.status]));
		clock.at = 100_000;
		for (let n = 0; n < 60; n++)
			box.add({ op: "put", id: "n", key: `k${n}` });
		box.attach((text) => sent.push(JSON.parse(text).key), true);
		ok(sent.length >= 25 && sent.length <= 40, `a burst: ${sent.length}`);
		clock.until(101_000);
		ok(sent.length >= 48 && sent.length <= 52, `then twenty a second: ${sent.length}`);
		clock.until(110_000);
		same(sent, Array.from({ length: 60 }, (_, n) => `k${n}`), "all, in order");
		box.results([{ key: "k0", status: 200 }, { key: "k1", status: 412 }]);
		box.problem({ status: 422 });
		same(done, [["k0", 200], ["k1", 412], ["k2", undefined]], "answers");
		box.attach(null, false);
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
			const line = longpoll.open({ api: "http://h/", socket: "", board: "b", since: "e-0", clock }, s, []);
			for (let n = 0; n < 50; n++)
				await new Promise((resolve) => setTimeout(resolve));
			same(asked.map((q) => [q.get("feed"), q.get("timeout")]),
				[["normal", null], ["longpoll", "150"], ["longpoll", "25000"]], "asked");
			same(s.heard, ["open", "{\"event\":\"up-to-date\",\"data\":{\"last_seq\":\"e-0\"}}",
				...Array(2).fill("{\"event\":\"heartbeat\",\"data\":{}}")], "heard");
			clock.until(4000);
			await new Promise((resolve) => setTimeout(resolve));
			same(asked.length, 4, "what was not held is asked again after a pause");
			line.close();
		} finally {
			globalThis.fetch = real;
		}
	},
});
