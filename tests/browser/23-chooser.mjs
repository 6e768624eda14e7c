/**
 * Proves what the library decides, with a clock of the test's own: which
 * transport is opened when, what counts as proven, who is left, what is tried
 * again.
 */

import { ALL, Play } from "./play.mjs";
import { ok, same, tap } from "./tap.mjs";

const { backoff } = await import(new URL("../../www/js/notewire/backoff.js", import.meta.url).href);

const MINUTE = 60_000;

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
		p.prove("eventsource").do((c) => c.online(true));
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
		p.do((c) => c.online(true));
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
				p.until(p.retryAt);
				return p.now - before;
			});
		};
		same(waits(0), Array(8).fill(500), "the least");
		same(waits(0.999999), [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000], "the most");
		for (const [lived, wait] of [[29_000, 2000], [30_000, 1000]]) {
			const p = new Play(["websocket"], () => 0.999999).start();
			p.end("websocket");
			p.until(p.retryAt);
			const begun = p.now;
			p.prove("websocket").until(begun + 14_000).beat("websocket").until(begun + lived).end("websocket");
			same(p.retryAt - p.now, wait, `after ${lived} ms of life`);
		}
		same(backoff(5000, 0.5), 15_250, "a try long after");
	},

	the_service_is_obeyed_when_it_asks_for_patience() {
		const p = new Play(["poll"]).start().prove("poll").until(5000).end("poll", "shutdown", 12_345);
		same(p.retryAt, 5000 + 12_345, "next");
	},

	a_websocket_is_asked_and_has_3_seconds_to_answer() {
		const p = new Play().start({ rtt: 100 }).prove("websocket").until(10_000);
		p.opened();
		p.do((c) => c.wake("visible"));
		same(p.log, [[10_000, "ping", null]], "what it does");
		p.until(12_999);
		same(p.chooser.state, "open", "2.999 s later");
		p.until(13_000);
		same([p.chooser.state, p.opened()], ["connecting", [[13_000, "websocket"]]], "3 s later");
		p.prove("websocket").do((c) => c.wake("visible")).until(15_000).beat("websocket").opened();
		p.until(30_000);
		same([p.chooser.state, p.opened()], ["open", []], "after an answer");
	},

	another_is_opened_once_more_and_has_3_seconds() {
		const p = new Play(["eventsource"]).start({ rtt: 100 }).prove("eventsource").until(10_000);
		p.opened();
		p.do((c) => c.wake("visible")).do((c) => c.wake("resumed"));
		same(p.opened(), [[10_000, "eventsource"]], "the probe, once");
		p.until(12_999);
		same(p.chooser.state, "open", "2.999 s later");
		p.until(13_000);
		same(p.chooser.state, "connecting", "3 s later");
	},

	a_probe_that_fails_harms_nothing_while_messages_come() {
		const p = new Play(["eventsource"]).start({ rtt: 100 }).prove("eventsource").until(10_000);
		const first = p.id("eventsource");
		p.do((c) => c.wake("visible")).end("eventsource").until(11_000);
		p.do((c) => c.heard(first)).until(20_000);
		same([p.chooser.state, p.open], ["open", ["eventsource"]], "it goes on");
	},

	a_proven_probe_takes_over() {
		const p = new Play(["eventsource"]).start({ rtt: 100 }).prove("eventsource").until(10_000);
		p.do((c) => c.wake("visible")).prove("eventsource").until(20_000);
		same([p.chooser.state, p.open, p.id("eventsource")], ["open", ["eventsource"], 2], "the second");
	},

	a_probe_that_fails_is_no_strike() {
		const p = new Play().start({ rtt: 100 }).end("websocket").prove("eventsource").until(10_000);
		const first = p.id("eventsource");
		for (let n = 0; n < 3; n++)
			p.do((c) => c.wake("visible")).end("eventsource").do((c) => c.heard(first));
		p.end("eventsource").opened();
		p.until(p.retryAt);
		same(p.opened().map(([, name]) => name), ["eventsource"], "where it begins again");
	},

	a_long_sleep_is_no_silence() {
		const p = new Play().start({ rtt: 100 }).prove("websocket");
		p.clock.at = 10 * MINUTE;
		p.until(p.now);
		same([p.chooser.state, p.log.at(-1)], ["open", [10 * MINUTE, "ping", null]], "still open while it is asked");
	},

	offline_is_only_a_hint() {
		const p = new Play(["websocket"]).start().prove("websocket").do((c) => c.online(false));
		same(p.chooser.state, "open", "what works is not given up");
		p.prove("websocket").until(2000).end("websocket");
		same(p.chooser.state, "offline", "but it is said");
		p.opened();
		p.until(2500);
		same(p.opened(), [[2500, "websocket"]], "and tried");
	},

	what_went_with_its_tab_is_begun_again_at_once_however_often() {
		const p = new Play(["htmlfile", "poll"]).start({ rtt: 100 }).until(10).prove("htmlfile");
		for (let n = 0; n < 9; n++) {
			p.opened();
			p.until(p.now + 100).end("htmlfile", "moved");
			same([p.opened(), p.chooser.state], [[[p.now, "htmlfile"]], "connecting"], "before its proof, too");
			if (n % 3 === 0)
				p.until(p.now + 10).prove("htmlfile");
		}
		p.prove("htmlfile").until(p.now + 100).end("htmlfile").opened();
		p.until(p.now + 500);
		same(p.opened(), [[p.now, "htmlfile"]], "and a failure waits no longer for that");
	},

	what_went_with_its_tab_beside_another_is_not_missed() {
		const p = new Play().start({ rtt: 100 }).until(5000).prove("eventsource").end("websocket", "moved");
		same([p.chooser.state, p.open], ["open", ["eventsource"]], "that delivers");
	},

	rest_lets_go_and_closed_is_for_good() {
		const p = new Play().start().prove("websocket").do((c) => c.rest("hidden"));
		same([p.open, p.clock.timers.size], [[], 0], "nothing is left");
		p.opened();
		p.do((c) => c.wake("visible"));
		same(p.opened().map(([, n]) => n), ["websocket"], "woken");
		p.do((c) => c.rest("revoked", "closed")).do((c) => c.wake("visible")).until(MINUTE * 60);
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
					() => p.do((c) => c.wake("x")), () => p.do((c) => c.online(true)),
					() => p.do((c) => c.online(false)), () => p.beat(name)];
				if (p.id(name))
					moves[Math.floor(random() * moves.length)]();
				else
					moves[2 + Math.floor(random() * 4)]();
				ok(p.clock.timers.size > 0, "it has something to wait for");
				ok((p.chooser.state === "open") === (p.chooser.current !== undefined), "open is when one delivers");
			}
			for (let n = 0; n < 40 && p.chooser.state !== "open"; n++) {
				for (const name of ALL.slice(0, 4))
					while (p.id(name))
						p.end(name);
				if (p.id("poll"))
					p.prove("poll");
				else
					p.until(Math.max(p.now, p.clock.next()[1][0]));
			}
			same(p.chooser.state, "open", `game ${game}`);
		}
	},
});
