// @ts-check

/**
 * Which transport to use, and when: decisions only.  It is told what happens
 * and what time it is, and answers with what is to be done; it knows no
 * browser, no timer and no chance but the number that it is given.
 *
 * A round opens transports from the best one down, each beside those before,
 * until one is proven; that one delivers.  While a lesser one does, the better
 * ones are tried again now and then.
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
export const DEAD_MS = 35_000;
export const PROBE_MS = 3_000;
export const LASTING_MS = 30_000;
/** A proof that dies so soon proved nothing: it was held back, and flushed. */
export const HOLDS_MS = 1_000;
export const STRIKES = 3;

/**
 * @typedef {{ id: number, rank: number, heardAt: number, provenAt: number, why: string }} Try
 * @typedef {{ rank: number, limit: number, at: number, last: number, why: string }} Walk
 * @typedef {{ do: "open", id: number, name: TransportName } | { do: "close", id: number }
 *	| { do: "deliver", id: number, name: TransportName, why: string }
 *	| { do: "state", state: State, reason: string, retryIn: number | null }} Action
 */

export class Chooser {
	/** @type {State} */
	state = "idle";
	#names;
	#random;
	/** @type {Action[]} */
	#actions = [];
	/** @type {Map<number, Try>} */
	#tries = new Map();
	#serial = 0;
	/** The one that delivers. @type {Try | null} */
	#current = null;
	/** The way down, while it is gone. @type {Walk | null} */
	#walk = null;
	/** @type {{ id: number, at: number, since: number } | null} */
	#probe = null;
	#retryAt = Infinity;
	#firstMs = FIRST_MAX_MS;
	/** Where a round starts. */
	#from = 0;
	#attempt = 0;
	/** Deaths without a proof, by rank. @type {number[]} */
	#strikes;
	#climb = new Climb();
	#online = true;

	/**
	 * @param {TransportName[]} names	best first, at least one
	 * @param {() => number} random	in [0, 1)
	 */
	constructor(names, random) {
		this.#names = names;
		this.#random = random;
		this.#strikes = names.map(() => 0);
	}

	/** When it wants to be told the time. */
	get nextAt() {
		return Math.min(this.#retryAt, this.#climb.at, this.#walk?.at ?? Infinity, this.#probe?.at ?? Infinity,
			...[...this.#tries.values()].map((one) => one.heardAt + DEAD_MS));
	}

	/** What is to be done, in order; the list is empty then. */
	take() {
		return this.#actions.splice(0);
	}

	/**
	 * @param {number} now
	 * @param {{ rtt?: number, remembered?: string }} known
	 */
	start(now, { rtt = FIRST_MAX_MS, remembered = "" } = {}) {
		this.#firstMs = Math.min(FIRST_MAX_MS, Math.max(FIRST_MIN_MS, 4 * rtt));
		this.#from = Math.max(0, this.#names.findIndex((name) => name === remembered));
		this.#climb.restart(now);
		this.#begin(now, "start");
	}

	/** @param {number} now @param {number} id */
	heard(now, id) {
		const one = this.#tries.get(id);
		if (one)
			one.heardAt = now;
	}

	/** The second, separate beat has come. @param {number} now @param {number} id */
	proven(now, id) {
		const one = this.#tries.get(id);

		if (!one || one.provenAt)
			return;
		one.provenAt = now;
		this.#strikes[one.rank] = 0;
		if (this.#current && this.#current.rank < one.rank)
			return this.#drop(one);
		this.#current = one;
		this.#walk = this.#probe = null;
		for (const other of [...this.#tries.values()])
			if (other !== one && other.rank >= one.rank)
				this.#drop(other);
		if (this.#from !== one.rank)
			this.#climb.restart(now);
		this.#from = one.rank;
		if (one.rank > 0)
			this.#climb.plan(now);
		else
			this.#climb.rest();
		this.#actions.push({ do: "deliver", id, name: this.#names[one.rank], why: one.why });
		this.#enter("open", one.why);
	}

	/** @param {number} now @param {number} id @param {string} reason @param {number} retry */
	ended(now, id, reason = "", retry = 0) {
		const one = this.#tries.get(id);

		if (!one)
			return;
		this.#tries.delete(id);
		if (this.#probe?.id !== id && !(one.provenAt && now - one.provenAt >= HOLDS_MS))
			this.#strikes[one.rank]++;
		if (one === this.#current)
			return this.#lost(now, one, reason, retry);
		if (this.#walk?.last === id)
			this.#next(now);
		if (!this.#current && this.#tries.size === 0)
			this.#fail(now, reason, retry);
	}

	/** @param {number} now */
	tick(now) {
		for (const one of [...this.#tries.values()])
			if (now >= one.heardAt + DEAD_MS) {
				this.#actions.push({ do: "close", id: one.id });
				this.ended(now, one.id, "silence");
			}
		if (this.#probe && now >= this.#probe.at)
			this.#judge(now, this.#probe);
		if (this.#walk && now >= this.#walk.at)
			this.#next(now, true);
		if (now >= this.#climb.at) {
			this.#climb.plan(now);
			this.#climbNow(now, "climb");
		}
		if (now >= this.#retryAt)
			this.#begin(now, "retry");
	}

	/** Time has jumped, or somebody looks: is it still there? @param {number} now @param {string} why */
	wake(now, why) {
		for (const one of this.#tries.values())
			one.heardAt = Math.max(one.heardAt, now - DEAD_MS + PROBE_MS);
		if (this.state === "waiting" || this.state === "offline")
			this.#begin(now, why);
		else if (this.#current && !this.#probe)
			this.#probe = { id: this.#open(now, this.#current.rank, why), at: now + PROBE_MS, since: now };
	}

	/** @param {number} now */
	online(now) {
		this.#online = true;
		this.#strikes.fill(0);
		this.wake(now, "online");
		this.#climbNow(now, "online");
	}

	/** Only a hint: what still works is not given up. @param {number} now */
	offline(now) {
		this.#online = false;
		if (this.state === "waiting")
			this.#enter("offline", "offline", this.#retryAt - now);
		else
			this.wake(now, "offline");
	}

	/** Lets go of all until `start` or `wake`; "closed" is for good. @param {string} reason @param {State} state */
	rest(reason, state = "waiting") {
		this.#clear();
		this.#enter(state, reason, null);
	}

	#clear() {
		for (const one of [...this.#tries.values()])
			this.#drop(one);
		this.#current = this.#walk = this.#probe = null;
		this.#retryAt = Infinity;
		this.#climb.rest();
	}

	/** @param {number} now @param {string} why */
	#begin(now, why) {
		this.#clear();
		if (this.#strikes.every((n) => n >= STRIKES))
			this.#strikes.fill(0);
		this.#enter("connecting", why);
		this.#walk = { rank: this.#from, limit: this.#names.length, at: now, last: 0, why };
		this.#next(now);
		if (this.#tries.size === 0)
			this.#fail(now, why, 0);
	}

	/** A step down; at the end of the way `late` says that time is up. @param {number} now */
	#next(now, late = false) {
		const walk = this.#walk;
		if (!walk)
			return;
		const climbs = walk.limit < this.#names.length;
		const out = [...this.#tries.values()].map((one) => one.rank);
		const isNot = (/** @type {number} */ rank) => out.includes(rank) || (!climbs && this.#strikes[rank] >= STRIKES);

		while (walk.rank < walk.limit && isNot(walk.rank))
			walk.rank++;
		if (walk.rank < walk.limit) {
			const ms = walk.last === 0 ? this.#firstMs : NEXT_MS;
			walk.last = this.#open(now, walk.rank++, walk.why);
			walk.at = now + (walk.rank < walk.limit ? ms : LAST_MS);
		} else if (this.#current) {
			this.#walk = null;
		} else if (late) {
			this.#fail(now, "nothing answers", 0);
		}
	}

	/** @param {number} now @param {string} why */
	#climbNow(now, why) {
		if (!this.#current || this.#current.rank === 0 || this.#walk)
			return;
		this.#walk = { rank: 0, limit: this.#current.rank, at: now, last: 0, why };
		this.#next(now);
	}

	/** @param {number} now @param {{ id: number, since: number }} probe */
	#judge(now, { id, since }) {
		const one = this.#tries.get(id);

		this.#probe = null;
		if (!this.#current || this.#current.heardAt <= since)
			this.#begin(now, "no answer");
		else if (one)
			this.#drop(one);
	}

	/** @param {number} now @param {Try} one @param {string} reason @param {number} retry */
	#lost(now, one, reason, retry) {
		if (now - one.provenAt >= LASTING_MS)
			this.#attempt = 0;
		this.#current = this.#probe = null;
		this.#climb.rest();
		const last = [...this.#tries.keys()].pop();
		if (last === undefined)
			return this.#wait(now, reason, retry);
		this.#walk = { rank: one.rank, limit: this.#names.length, at: now + NEXT_MS, last, why: reason };
		this.#enter("connecting", reason);
	}

	/** Nothing is left of the round: nobody in it is to blame. @param {number} now @param {string} reason @param {number} retry */
	#fail(now, reason, retry) {
		this.#strikes.fill(0);
		this.#from = 0;
		this.#wait(now, reason, retry);
	}

	/** @param {number} now @param {string} reason @param {number} retry */
	#wait(now, reason, retry) {
		const ms = Math.max(retry, backoff(this.#attempt++, this.#random()));

		this.#clear();
		this.#retryAt = now + ms;
		this.#enter(this.#online ? "waiting" : "offline", reason, ms);
	}

	/** @param {number} now @param {number} rank @param {string} why */
	#open(now, rank, why) {
		const id = ++this.#serial;

		this.#tries.set(id, { id, rank, heardAt: now, provenAt: 0, why });
		this.#actions.push({ do: "open", id, name: this.#names[rank] });
		return id;
	}

	/** @param {Try} one */
	#drop(one) {
		this.#tries.delete(one.id);
		this.#actions.push({ do: "close", id: one.id });
	}

	/** @param {State} state @param {string} reason @param {number | null} retryIn */
	#enter(state, reason, retryIn = null) {
		if (this.state !== state || retryIn !== null)
			this.#actions.push({ do: "state", state, reason, retryIn });
		this.state = state;
	}
}
