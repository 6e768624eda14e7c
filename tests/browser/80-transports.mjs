/**
 * Proves that each transport of the library, alone, carries a board both ways
 * through each web server: what others write, what the page writes and is
 * acknowledged, and bytes that nobody keeps.
 */

import { ALL, KIND, launch, Visit } from "./client.mjs";
import { beside, ok, same, tap, until } from "./tap.mjs";
import { Writer } from "./writer.mjs";

const FULL = "socket";
const NAMES = { [FULL]: "lighttpd", nginx: "nginx", apache: "apache" };
const WAYS = Object.keys(NAMES);
const LANES = 3;
/** Everywhere the best one and one that is held as a response; the rest on lighttpd. */
const SMALLER = ["websocket", "eventsource"];

const worlds = Object.fromEntries(await Promise.all(WAYS.map(async (way) => [way, await launch(way)])));

const signals = async (visit, from) => (await visit.told("signal"))
	.filter((s) => s.data?.bytes?.[0] === from).map((s) => s.data.bytes);

/** Bytes of each value, and then a number, from somebody who is named by the first. */
const bytesOf = (from, i) => [from, ...Array.from({ length: 256 }, (_, n) => n), i];

function say(visit, from, i) {
	return visit.page.evaluate((b) => window.client.signal(new Uint8Array(b)), bytesOf(from, i));
}

/** Two pages on one board: the first by the transport alone, the other by a WebSocket. */
function carries(way, transport) {
	return async () => {
		const world = worlds[way];
		const visit = await Visit.open(world);
		const other = await Visit.open(world, { board: visit.board });
		try {
			await visit.begin({ transports: [transport], peer: true });
			await other.begin({ transports: ["websocket"], peer: true });
			await visit.by(transport);
			await other.by("websocket");
			const writer = new Writer(world, visit.board, 100).begin(1);
			await visit.publishes("from the page");
			for (let i = 0; i < 3; i++) {
				await say(visit, 1, i);
				await say(other, 2, i);
			}
			await other.publishes("from the other");
			const wanted = (from) => [0, 1, 2].map((i) => bytesOf(from, i));
			for (const [one, from] of [[other, 1], [visit, 2]]) {
				await until(async () => (await signals(one, from)).length >= 3, `bytes of ${from}`, 20);
				same(await signals(one, from), wanted(from), `the bytes of ${from}`);
			}
			await writer.end();
			for (const one of [visit, other])
				await one.complete(writer);
			for (const text of ["from the page", "from the other"])
				await until(async () => (await visit.told("change")).filter((c) => c.text === text).length === 1,
					`${text}, once`);
			same((await visit.told("transportchange")).map((t) => t.to), [transport], "what it went by");
			const others = ALL.filter((name) => name !== transport && !(transport === "longpoll" && name === "poll"));
			same(others.map((name) => visit.proxy.count(KIND[name])), others.map(() => 0), "what it did not ask for");
			ok(visit.proxy.count(KIND[transport]) > 0, "what it did ask for");
		} finally {
			await visit.close();
			await other.close();
		}
	};
}

const claims = {};
for (const way of WAYS)
	for (const transport of way === FULL ? ALL : SMALLER)
		claims[`${transport}_alone_carries_a_board_both_ways_through_${NAMES[way]}`] = carries(way, transport);

try {
	await tap({
		...beside(claims, LANES),

		pages_never_complained() {
			same(WAYS.flatMap((way) => worlds[way].complaints), [], "complaints");
		},
	});
} finally {
	for (const way of WAYS)
		await worlds[way].stop();
}
