/**
 * What tests of faulty ways have in common: the faults, what is promised of
 * each, and a page with a writer whose changes it must hear.
 */

import { ALL, KIND, Visit } from "./client.mjs";
import { ok } from "./tap.mjs";
import { Writer } from "./writer.mjs";

export const CHANGES = 300;

/* What is promised, in ms: until the next is tried beside a first and beside
   any other, until silence is death, and before one comes back. */
export const FIRST = 1500;
export const NEXT = 3000;
export const DEAD = 35_000;
export const PAUSE = 500;
/** For the second beat, and what steps of the clock take. */
export const MARGIN = 1500;
/** On a busy machine a request comes to the proxy when the page's clock is further. */
export const EARLY = 1000;
/** What dies sooner counts as never proven. */
export const LIVES = 1500;
export const CLIMB_S = 300;

export const FAULTS = {
	strip: { strip: true },
	deny_400: { deny: 400 },
	deny_403: { deny: 403 },
	deny_502: { deny: 502 },
	refuse: { refuse: true },
	swallow: { swallow: true },
	buffer: { buffer: true },
	blackhole: { blackhole: true },
};
export const SILENT = ["swallow", "buffer", "blackhole"];
/** No browser tells a page that the document of a frame has broken off. */
export const says_nothing = (transport, fault) => SILENT.includes(fault) || transport === "htmlfile";
/** What says at once that it will not do. */
export const GONE = { websocket: "strip", eventsource: "deny_502", longpoll: "deny_403", htmlfile: "deny_400" };
/** The browser itself asks once more for what is cut, or the transport soon does. */
export const ASKS_AGAIN = ["longpoll", "poll"];
/** What a transport asks for first. */
export const OPENS = { ...KIND, longpoll: "poll" };

export const better = (transport) => ALL.slice(0, ALL.indexOf(transport));
export const after = (transport) => ALL[ALL.indexOf(transport) + 1];

export function break_(visit, transport, fault) {
	visit.proxy.fault(KIND[transport], FAULTS[fault]);
}

/** With a page whose clock can be moved, and the writer of the changes. */
export async function scene(world, act, clock = true) {
	const visit = await Visit.open(world, { clock });
	try {
		await act(visit, new Writer(world, visit.board, CHANGES));
	} finally {
		await visit.close();
	}
}

/** All has come; and what the page itself writes arrives. */
export async function whole(visit, writer) {
	await writer.end();
	await visit.complete(writer);
	await visit.publishes(`from the page, by ${(await visit.told("transportchange")).at(-1).to}`);
}

/** Mended, it is back on WebSockets after so long. */
export async function climbs(visit) {
	visit.proxy.heal();
	await visit.passes(CLIMB_S);
	await visit.by("websocket");
	const later = await new Writer(visit.world, visit.board, 20, "later");
	await later.write();
	await visit.complete(later);
}

/** Since the client began, by its clock. */
export async function until_by(visit, transport, limit, from = 0) {
	await visit.by(transport);
	const changes = await visit.told("transportchange");
	const { at } = changes.filter((c) => c.to === transport).at(-1);
	const took = at - (from || await visit.page.evaluate(() => window.began));
	ok(took <= limit, `by ${transport} after ${Math.round(took)} ms, at most ${limit}`);
	return took;
}
