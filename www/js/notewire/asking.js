// @ts-check

import { pause } from "./clock.js";
import { changesPath, endOf, PATIENCE_MS, requestJSON } from "./http.js";
import { tell, tellLine } from "./messages.js";

/** @import { Link, Sink, Transport } from "./types.js" */

/**
 * What the next question is to be.  `round`: how many answers there were;
 * `took`: milliseconds the last one was held, Infinity if it brought changes;
 * `more`: it did not bring all.
 * @typedef {(round: number, took: number, more: boolean, link: Link) => { hold: number, rest: number }} Plan
 */

/**
 * A transport that asks once more each time it was answered.  "up-to-date"
 * follows what there was, and each answer after that is a heartbeat, too.
 * @param {Transport["name"]} name
 * @param {Plan} plan
 * @returns {Transport}
 */
export function asking(name, plan) {
	return {
		name,
		here: () => typeof fetch === "function",
		open(link, sink) {
			const stop = new AbortController();

			ask(link, sink, stop.signal, plan).catch((error) => sink.end(endOf(error)));
			return { close: () => stop.abort() };
		},
	};
}

/**
 * @param {Link} link
 * @param {Sink} sink
 * @param {AbortSignal} signal
 * @param {Plan} plan
 */
async function ask(link, sink, signal, plan) {
	const { clock } = link;
	let { since } = link;
	let round = 0;
	let took = Infinity;
	let more = false;

	for (;;) {
		const { hold, rest } = plan(round, took, more, link);
		if (rest > 0)
			await pause(clock, rest, signal);
		const begun = clock.now();
		const path = changesPath(link, hold ? "longpoll" : "normal", since) + (hold ? `&timeout=${hold}` : "");
		const { body, cost } = await requestJSON(link, path, { signal, patience: PATIENCE_MS + hold });
		if (signal.aborted)
			return;
		if (round === 0)
			sink.open();
		since = body.last_seq;
		took = body.results.length ? Infinity : clock.now() - begun;
		more = body.pending > 0;
		hand(sink, body, cost, round);
		round += more ? 0 : 1;
	}
}

/**
 * @param {Sink} sink
 * @param {any} page
 * @param {number} cost	of the whole
 * @param {number} round
 */
function hand(sink, page, cost, round) {
	for (const line of [...page.signals ?? [], ...page.results]) {
		tellLine(sink, line, cost);
		cost = 0;
	}
	if (page.reset)
		tell(sink, "reset", JSON.stringify({ reason: page.reset, last_seq: page.last_seq }), { cost });
	else if (round > 0)
		tell(sink, "heartbeat", "{}", { cost });
	else if (!page.pending)
		tell(sink, "up-to-date", JSON.stringify({ last_seq: page.last_seq }), { cost });
}
