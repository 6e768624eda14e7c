// @ts-check

/**
 * Which transport to use, and when: decisions only.  It is told what happens
 * and what time it is, and answers with what is to be done; it knows no
 * browser, no timer and no chance but the number that it is given.
 *
 * The first transport of a round that is proven delivers.  While a lesser one
 * does, the better ones are tried again now and then, beside it.
 *
 * @import { State } from "./types.js"
 * @import { Try } from "./rounds.js"
 */

import { FIRST_MAX_MS, FIRST_MIN_MS, NEXT_MS, Rounds } from "./rounds.js";

export const DEAD_MS = 35_000;
export const PROBE_MS = 3_000;
export const LASTING_MS = 30_000;
/** A proof that dies so soon proved nothing: it was held back, and flushed. */
export const HOLDS_MS = 1_000;

export class Chooser extends Rounds {
	/** When it wants to be told the time. */
	get nextAt() {
		return Math.min(this.retryAt, this.climb.at, this.walk?.at ?? Infinity, this.probe?.at ?? Infinity,
			...[...this.tries.values()].map((one) => one.heardAt + DEAD_MS));
	}

	/** What is to be done, in order; the list is empty then. */
	take() {
		return this.actions.splice(0);
	}

	/**
	 * @param {number} now
	 * @param {{ rtt?: number, remembered?: string }} known
	 */
	start(now, { rtt = FIRST_MAX_MS, remembered = "" } = {}) {
		this.firstMs = Math.min(FIRST_MAX_MS, Math.max(FIRST_MIN_MS, 4 * rtt));
		this.from = Math.max(0, this.names.findIndex((name) => name === remembered));
		this.climb.restart(now);
		this.begin(now, "start");
	}

	/** A message came. @param {number} now @param {number} id */
	heard(now, id) {
		const one = this.tries.get(id);
		if (one)
			one.heardAt = now;
	}

	/** The second, separate beat came. @param {number} now @param {number} id */
	proven(now, id) {
		const one = this.tries.get(id);

		if (!one || one.provenAt)
			return;
		one.provenAt = now;
		if (this.current && this.current.rank < one.rank)
			return this.drop(one);
		this.current = one;
		this.walk = this.probe = null;
		this.actions.push({ do: "deliver", id, name: this.names[one.rank], why: one.why });
		for (const other of [...this.tries.values()])
			if (other !== one && other.rank >= one.rank)
				this.drop(other);
		if (this.from !== one.rank)
			this.climb.restart(now);
		this.from = one.rank;
		this.climb.plan(now, one.rank > 0);
		this.enter("open", one.why);
	}

	/** @param {number} now @param {number} id @param {string} reason @param {number} retry */
	ended(now, id, reason = "", retry = 0) {
		const one = this.tries.get(id);

		if (!one)
			return;
		this.tries.delete(id);
		if (one.provenAt && now - one.provenAt >= HOLDS_MS)
			this.strikes[one.rank] = 0;
		else if (this.probe?.id !== id)
			this.strikes[one.rank]++;
		if (one === this.current)
			return this.#lost(now, one, reason, retry);
		if (this.walk?.last === id)
			this.next(now);
		if (!this.current && this.tries.size === 0)
			this.fail(now, reason, retry);
	}

	/** @param {number} now */
	tick(now) {
		for (const { id, heardAt } of [...this.tries.values()])
			if (now >= heardAt + DEAD_MS && this.tries.has(id)) {
				this.actions.push({ do: "close", id });
				this.ended(now, id, "silence");
			}
		if (this.probe && now >= this.probe.at)
			this.#judge(now, this.probe);
		if (this.walk && now >= this.walk.at)
			this.next(now, true);
		if (now >= this.climb.at) {
			this.climb.plan(now, true);
			this.#climbNow(now, "climb");
		}
		if (now >= this.retryAt)
			this.begin(now, "retry");
	}

	/** Time has jumped, or somebody looks: is it still there? @param {number} now @param {string} why */
	wake(now, why) {
		for (const one of this.tries.values())
			one.heardAt = Math.max(one.heardAt, now - DEAD_MS + PROBE_MS);
		if (this.state === "waiting" || this.state === "offline")
			this.begin(now, why);
		else if (this.current && !this.probe)
			this.probe = { id: this.open(now, this.current.rank, why), at: now + PROBE_MS, since: now };
	}

	/** @param {number} now */
	online(now) {
		this.isOnline = true;
		this.strikes.fill(0);
		this.wake(now, "online");
		this.#climbNow(now, "online");
	}

	/** Only a hint: what still works is not given up. @param {number} now */
	offline(now) {
		this.isOnline = false;
		if (this.state === "waiting")
			this.enter("offline", "offline", this.retryAt - now);
		else
			this.wake(now, "offline");
	}

	/** Lets go of all until `start` or `wake`; "closed" is for good. @param {string} reason @param {State} state */
	rest(reason, state = "waiting") {
		this.clear();
		this.enter(state, reason);
	}

	/** @param {number} now @param {string} why */
	#climbNow(now, why) {
		if (!this.current || this.current.rank === 0 || this.walk)
			return;
		this.walk = { rank: 0, limit: this.current.rank, at: now, last: 0, why };
		this.next(now);
	}

	/** @param {number} now @param {{ id: number, since: number }} probe */
	#judge(now, { id, since }) {
		const one = this.tries.get(id);

		this.probe = null;
		if (!this.current || this.current.heardAt <= since)
			this.begin(now, "no answer");
		else if (one)
			this.drop(one);
	}

	/** @param {number} now @param {Try} one @param {string} reason @param {number} retry */
	#lost(now, one, reason, retry) {
		const last = [...this.tries.keys()].pop();

		if (now - one.provenAt >= LASTING_MS)
			this.attempt = 0;
		this.current = this.probe = null;
		this.climb.at = Infinity;
		if (last === undefined)
			return this.wait(now, reason, retry);
		this.walk = { rank: one.rank, limit: this.names.length, at: now + NEXT_MS, last, why: reason };
		this.enter("connecting", reason);
	}
}
