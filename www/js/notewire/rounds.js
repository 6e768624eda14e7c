// @ts-check

/**
 * How a round goes: transports are opened from the best one down, each beside
 * those before, until one is proven or none is left.
 *
 * @import { State, TransportName } from "./types.js"
 */

import { backoff } from "./backoff.js";
import { Climb } from "./climb.js";

export const FIRST_MIN_MS = 1_500;
export const FIRST_MAX_MS = 4_000;
export const NEXT_MS = 3_000;
/** After the last one was opened, until the round has failed. */
export const LAST_MS = 10_000;
export const STRIKES = 3;

/**
 * @typedef {{ id: number, rank: number, heardAt: number, provenAt: number, why: string }} Try
 * @typedef {{ rank: number, limit: number, at: number, last: number, why: string }} Walk
 * @typedef {{ do: "open", id: number, name: TransportName } | { do: "close", id: number }
 *	| { do: "deliver", id: number, name: TransportName, why: string }
 *	| { do: "state", state: State, reason: string, retryIn: number | null }} Action
 */

/** The part of a Chooser that is about rounds; nobody else uses it. */
export class Rounds {
	/** @type {State} */
	state = "idle";
	/** @type {Action[]} */
	actions = [];
	/** @type {Map<number, Try>} */
	tries = new Map();
	/** The one that delivers. @type {Try | null} */
	current = null;
	/** The way down, while it is gone. @type {Walk | null} */
	walk = null;
	/** Asks whether the current one is still there. @type {{ id: number, at: number, since: number } | null} */
	probe = null;
	climb = new Climb();
	retryAt = Infinity;
	firstMs = FIRST_MAX_MS;
	/** Where a round starts. */
	from = 0;
	attempt = 0;
	isOnline = true;
	serial = 0;

	/**
	 * @param {TransportName[]} names	best first, at least one
	 * @param {() => number} random	in [0, 1)
	 */
	constructor(names, random) {
		this.names = names;
		this.random = random;
		/** Deaths without a proof, by rank. */
		this.strikes = names.map(() => 0);
	}

	clear() {
		for (const one of [...this.tries.values()])
			this.drop(one);
		this.current = this.walk = this.probe = null;
		this.retryAt = this.climb.at = Infinity;
	}

	/** @param {number} now @param {string} why */
	begin(now, why) {
		this.clear();
		if (this.strikes.every((n) => n >= STRIKES))
			this.strikes.fill(0);
		this.enter("connecting", why);
		this.walk = { rank: this.from, limit: this.names.length, at: now, last: 0, why };
		this.next(now);
		if (this.tries.size === 0)
			this.fail(now, why, 0);
	}

	/** A step down; at the end of the way `late` says that time is up. @param {number} now */
	next(now, late = false) {
		const { walk } = this;
		if (!walk)
			return;
		const climbs = this.current !== null;
		const out = [...this.tries.values()].map((one) => one.rank);

		while (out.includes(walk.rank) || (!climbs && this.strikes[walk.rank] >= STRIKES))
			walk.rank++;
		if (walk.rank < walk.limit) {
			const ms = walk.last === 0 ? this.firstMs : NEXT_MS;
			walk.last = this.open(now, walk.rank++, walk.why);
			walk.at = now + (walk.rank < walk.limit ? ms : LAST_MS);
		} else if (climbs) {
			this.walk = null;
		} else if (late) {
			this.fail(now, "nothing answers", 0);
		}
	}

	/** Nothing is left of the round: nobody in it is to blame. @param {number} now @param {string} reason @param {number} retry */
	fail(now, reason, retry) {
		this.strikes.fill(0);
		this.from = 0;
		this.wait(now, reason, retry);
	}

	/** @param {number} now @param {string} reason @param {number} retry */
	wait(now, reason, retry) {
		const ms = Math.max(retry, backoff(this.attempt++, this.random()));

		this.clear();
		this.retryAt = now + ms;
		this.enter(this.isOnline ? "waiting" : "offline", reason, ms);
	}

	/** @param {number} now @param {number} rank @param {string} why */
	open(now, rank, why) {
		const id = ++this.serial;

		this.tries.set(id, { id, rank, heardAt: now, provenAt: 0, why });
		this.actions.push({ do: "open", id, name: this.names[rank] });
		return id;
	}

	/** @param {Try} one */
	drop({ id }) {
		this.tries.delete(id);
		this.actions.push({ do: "close", id });
	}

	/** @param {State} state @param {string} reason @param {number | null} retryIn */
	enter(state, reason, retryIn = null) {
		if (this.state !== state || retryIn !== null)
			this.actions.push({ do: "state", state, reason, retryIn });
		this.state = state;
	}
}
