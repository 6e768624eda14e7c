/**
 * Proves that the library finds a way whatever the path does: each way of
 * breaking each transport, from the beginning or under way, ends on the next
 * best within the time that is promised, once it is mended WebSockets come
 * back, and of 300 changes that somebody else makes meanwhile each arrives
 * once and in order.  Some of it on each web server; with NOTEWIRE_LONG in the
 * environment all of it on lighttpd.
 */

import { ALL, KIND, launch } from "./client.mjs";
import { after, ASKS_AGAIN, better, break_, CHANGES, CLIMB_S, climbs, DEAD, EARLY, FAULTS,
	FIRST, GONE, LIVES, MARGIN, NEXT, OPENS, PAUSE, says_nothing, scene, SILENT, until_by,
	whole } from "./faults.mjs";
import { beside, ok, same, tap, until } from "./tap.mjs";

const NAMES = { socket: "lighttpd", nginx: "nginx", apache: "apache" };
const LANES = 3;
const LONG = Boolean(process.env.NOTEWIRE_LONG);
/** Without that, on lighttpd and on the others. */
const FEW = {
	begun: { websocket: ["strip", "deny_403", "swallow"], eventsource: ["buffer", "deny_502"],
		longpoll: ["blackhole"], htmlfile: ["deny_400"] },
	under_way: { websocket: ["strip", "blackhole"], eventsource: ["swallow"], longpoll: ["refuse"] },
};
const FEWER = {
	begun: { websocket: ["strip", "swallow"], eventsource: ["buffer"] },
	under_way: { websocket: ["strip"], eventsource: ["blackhole"] },
};

const worlds = Object.fromEntries(await Promise.all(
	Object.keys(NAMES).map(async (way) => [way, await launch(way)])));

/** The better ones are gone, and this one is broken so, from the beginning. */
function broken_at_first(way, transport, fault) {
	return () => scene(worlds[way], async (visit, writer) => {
		const next = after(transport);
		const alone = better(transport).length === 0;
		for (const name of better(transport))
			break_(visit, name, GONE[name]);
		break_(visit, transport, fault);
		await visit.begin();
		writer.begin(3);
		await until_by(visit, next, (alone ? FIRST : NEXT) + MARGIN);
		const asked = (name) => visit.proxy.asked.find((a) => a.kind === OPENS[name])?.at;
		if (SILENT.includes(fault) && transport !== "longpoll" && next !== "poll") {
			const waited = asked(next) - asked(transport);
			const least = alone ? FIRST : NEXT;
			ok(waited > least - EARLY && waited < least + MARGIN, `the next after ${waited} ms`);
		}
		await whole(visit, writer);
		same((await visit.told("transportchange")).map((t) => t.to), [next], "what it went by");
		await climbs(visit);
	});
}

/** It is live by this one; then that breaks, what is open and what is to come. */
function broken_under_way(way, transport, fault) {
	return () => scene(worlds[way], async (visit, writer) => {
		for (const name of better(transport))
			break_(visit, name, GONE[name]);
		await visit.begin();
		await visit.by(transport);
		writer.begin(4);
		await until(() => writer.written > CHANGES / 5, "a part of the changes", 60);
		const from = await visit.page.evaluate(() => performance.now());
		break_(visit, transport, fault);
		const silent = says_nothing(transport, fault);
		if (!SILENT.includes(fault))
			visit.proxy.cut(KIND[transport]);
		if (silent)
			await visit.runFor(DEAD);
		await until_by(visit, after(transport), (silent ? DEAD + FIRST : 0) + PAUSE + MARGIN, from);
		await whole(visit, writer);
	});
}

/** Cut now and then, and nothing else: it comes back as it was. */
function cut_often(way, transport) {
	return () => scene(worlds[way], async (visit, writer) => {
		for (const name of better(transport))
			break_(visit, name, GONE[name]);
		await visit.begin();
		await visit.by(transport);
		writer.begin(3);
		for (let i = 1; i <= 3; i++) {
			await until(() => writer.written > CHANGES * i / 4, "a part of the changes", 60);
			const old = visit.time + LIVES;
			await until(() => visit.time > old, "some life", 60);
			const from = await visit.page.evaluate(() => performance.now());
			await until(() => visit.proxy.cut(KIND[transport]) > 0, "one to be cut", 60);
			if (ASKS_AGAIN.includes(transport))
				continue;
			const silent = says_nothing(transport);
			if (silent)
				await visit.runFor(DEAD);
			const back = async () => (await visit.told("transportchange")).some((t) => t.to === transport && t.at > from);
			await until(back, "its coming back", 60);
			await until_by(visit, transport, (silent ? DEAD : 0) + (2 ** i) * PAUSE + MARGIN, from);
		}
		await whole(visit, writer);
	});
}

const claims = {};
for (const way of Object.keys(NAMES)) {
	const on = `on_${NAMES[way]}`;
	const full = way === "socket" && LONG;
	const first = way === "socket" ? FEW : FEWER;
	for (const transport of ALL.slice(0, -1)) {
		const faults = transport === "websocket" ? Object.keys(FAULTS)
			: ["deny_502", "refuse", ...SILENT].filter((f) => transport !== "longpoll" || f !== "buffer");
		for (const fault of full ? faults : first.begun[transport] ?? [])
			claims[`${transport}_with_${fault}_ends_on_${after(transport)}_${on}`] =
				broken_at_first(way, transport, fault);
		for (const fault of full ? faults : first.under_way[transport] ?? [])
			claims[`${transport}_with_${fault}_under_way_ends_on_${after(transport)}_${on}`] =
				broken_under_way(way, transport, fault);
	}
	for (const transport of full ? ALL : ALL.slice(0, 1))
		claims[`${transport}_that_is_cut_comes_back_${on}`] = cut_often(way, transport);

	claims[`buffer_and_no_upgrade_end_on_longpoll_${on}`] = () => scene(worlds[way], async (visit, writer) => {
		visit.proxy.fault("everything", { buffer: true, strip: true });
		await visit.begin();
		writer.begin(3);
		await until_by(visit, "longpoll", FIRST + NEXT + MARGIN);
		await whole(visit, writer);
		await climbs(visit);
	});
}

Object.assign(claims, {
	all_is_well_and_nothing_but_a_websocket_is_asked_for: () => scene(worlds.socket, async (visit, writer) => {
		await visit.begin();
		writer.begin(2);
		await until_by(visit, "websocket", MARGIN);
		await whole(visit, writer);
		await visit.passes(CLIMB_S);
		same(["socket", "stream", "longpoll", "htmlfile", "poll"].map((kind) => visit.proxy.count(kind)),
			[1, 0, 0, 0, 0], "what was asked for");
	}),

	a_slow_way_is_given_four_round_trips: () => scene(worlds.socket, async (visit, writer) => {
		visit.proxy.fault("everything", { delay: 350 });
		visit.proxy.fault("socket", { swallow: true, delay: 350 });
		await visit.begin();
		writer.begin(3);
		await visit.by("eventsource");
		const [socket, stream] = ["socket", "stream"].map((kind) => visit.proxy.asked.find((a) => a.kind === kind).at);
		ok(stream - socket > FIRST + 500, `a stream after ${stream - socket} ms`);
		await whole(visit, writer);
	}, false),

	a_slow_websocket_takes_over_once_it_is_proven: () => scene(worlds.socket, async (visit, writer) => {
		/* As time is here; on a busy machine the page's clock takes long to FIRST. */
		visit.proxy.fault("socket", { delay: 6000 });
		await visit.begin();
		writer.begin(6);
		await visit.by("eventsource");
		await visit.by("websocket");
		same((await visit.told("transportchange")).map((t) => [t.from, t.to]),
			[["", "eventsource"], ["eventsource", "websocket"]], "what it went by, without a gap");
		same((await visit.told("statechange")).filter((s) => s.state === "open").length, 1, "times it opened");
		await whole(visit, writer);
		await until(() => visit.proxy.open("stream") === 0, "the stream being let go", 60);
	}),

	what_fails_at_five_minutes_is_tried_again_at_ten_and_twenty: () => scene(worlds.socket, async (visit, writer) => {
		break_(visit, "websocket", "deny_403");
		await visit.begin();
		writer.begin(3);
		await visit.by("eventsource");
		await whole(visit, writer);
		const asked = [];
		for (const minutes of [4, 2, 3, 2, 8, 2]) {
			asked.push(visit.proxy.count("socket"));
			if (minutes === 2 && asked.length === 6)
				visit.proxy.heal();
			await visit.passes(minutes * 60);
		}
		same(asked.map((n) => n - asked[0]), [0, 0, 1, 1, 2, 2], "tries after 0, 4, 6, 9, 11 and 19 minutes");
		await visit.by("websocket");
	}),

	online_is_a_reason_to_try_the_better_ones: () => scene(worlds.socket, async (visit, writer) => {
		break_(visit, "websocket", "strip");
		break_(visit, "eventsource", "deny_502");
		await visit.begin();
		writer.begin(2);
		await visit.by("longpoll");
		await whole(visit, writer);
		visit.proxy.heal();
		await visit.context.setOffline(true);
		await visit.context.setOffline(false);
		await visit.by("websocket");
	}),

	where_nothing_passes_it_waits_and_comes_back: () => scene(worlds.socket, async (visit, writer) => {
		await visit.begin();
		await visit.by("websocket");
		writer.begin(4);
		await until(() => writer.written > 50, "a part of the changes", 60);
		visit.proxy.fault("everything", { refuse: true });
		visit.proxy.cut();
		await until(async () => (await visit.told("statechange")).some((s) => s.state === "waiting" && s.retryIn > 0),
			"its waiting", 60);
		await writer.end();
		visit.proxy.heal();
		await visit.by("websocket");
		await visit.complete(writer);
	}),

	a_server_that_says_when_is_not_asked_before: () => scene(worlds.socket, async (visit, writer) => {
		for (const kind of Object.values(KIND))
			visit.proxy.fault(kind, { deny: 503, headers: { "Retry-After": "6" } });
		await visit.begin();
		writer.begin(2);
		const { retryIn } = await until(async () => (await visit.told("statechange")).find(
			(s) => s.state === "waiting"), "its waiting", 60);
		ok(retryIn >= 6000, `it waits ${retryIn} ms`);
		const last = visit.proxy.asked.at(-1).at;
		visit.proxy.heal();
		await visit.by("websocket");
		const again = visit.proxy.asked.find((a) => a.at > last).at;
		ok(again - last >= 5900, `asked again after ${again - last} ms`);
		await writer.end();
		await visit.complete(writer);
	}),
});

try {
	await tap({
		...beside(claims, LANES),

		pages_never_complained() {
			same(Object.values(worlds).flatMap((world) => world.complaints), [], "complaints");
		},
	});
} finally {
	for (const world of Object.values(worlds))
		await world.stop();
}
