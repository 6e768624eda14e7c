// @ts-check

import { pause } from "./pause.js";
import { changesPath, request } from "./http.js";
import { tell, tellLine } from "./messages.js";

/**
 * The transports that ask once more each time they were answered.
 * "up-to-date" follows what there was, and each answer after that is a
 * heartbeat, too.
 *
 * @import { Feed, Link, Sink } from "./types.js"
 */

/** The second answer, held or waited for so long, is the proof. */
const PROOF_MS = 150;
const HOLD_MS = 25_000;
/** An empty answer sooner than this was not held: the service is full. */
const HELD_MS = 1_000;
const EVERY_MS = 4_000;

/**
 * What the next question is to be.  `round`: how many answers there were;
 * `took`: milliseconds the last one was held, Infinity if it brought changes;
 * `more`: it did not bring all.
 * @typedef {(round: number, took: number, more: boolean, link: Link) => { hold: number, rest: number }} Plan
 */

/** One request is held until something happens, then the next. */
export const longpoll = asking((round, took, more) => ({
	hold: round === 0 || more ? 0 : round === 1 ? PROOF_MS : HOLD_MS,
	rest: round > 2 && took < HELD_MS ? EVERY_MS : 0,
}));

/**
 * Asks every few seconds: works wherever a page can be loaded at all.  Only
 * requests that are held, if for a moment, bring signals and keep a peer
 * present, and none with changes is; so after those it asks at once.
 */
export const poll = asking((round, took, more, { peer }) => ({
	hold: round > 0 && !more && peer ? 1 : 0,
	rest: round === 0 || more || (peer && took === Infinity) ? 0
		: round === 1 ? PROOF_MS : EVERY_MS * (0.75 + Math.random() / 2),
}));

/**
 * @param {Plan} plan
 * @returns {Feed}
 */
function asking(plan) {
	return async (link, sink, signal) => {
		let { since } = link;
		let round = 0;
		let held = Infinity;
		let more = false;

		for (;;) {
			const { hold, rest } = plan(round, held, more, link);
			if (rest > 0)
				await pause(link.clock, rest, signal);
			const path = changesPath(link, hold ? "longpoll" : "normal", since) + (hold ? `&timeout=${hold}` : "");
			const { body, cost, took } = await request(link, path, { signal, hold });
			if (round === 0)
				sink.open();
			since = body.last_seq;
			held = body.results.length ? Infinity : took;
			more = body.pending > 0;
			hand(sink, body, cost, round);
			round += more ? 0 : 1;
		}
	};
}

/**
 * @param {Sink} sink
 * @param {any} page
 * @param {number} cost	of the whole
 * @param {number} round
 */
function hand(sink, { signals = [], results, reset, last_seq, pending }, cost, round) {
	for (const line of [...signals, ...results]) {
		tellLine(sink, line, cost);
		cost = 0;
	}
	if (reset)
		tell(sink, { event: "reset", data: { reason: reset, last_seq } }, cost);
	else if (round > 0)
		tell(sink, { event: "heartbeat", data: {} }, cost);
	else if (!pending)
		tell(sink, { event: "up-to-date", data: { last_seq } }, cost);
}
