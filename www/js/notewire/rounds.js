// @ts-check

/**
 * How a round goes: transports are opened from the best one down, each beside
 * those before, until one is proven or none is left.
 *
 * @import { Clock, Doer, State, TransportName, Try } from "./types.js"
 */

import { backoff } from "./backoff.js";
import { timersOf } from "./timers.js";

export const NEXT_MS = 3_000;
/** After the last one was opened, until the round has failed. */
const LAST_MS = 10_000;
const DEAD_MS = 35_000;
const STRIKES = 3;

/** The part of a Chooser that is about rounds; nobody else uses it. */
export class Rounds {
	/** @type {State} */
	state = "idle";
	/** The one that delivers. @type {Try | undefined} */
	current;
	/** @type {Map<number, Try>} */
	tries = new Map();
	/** Best first. @type {TransportName[]} */
	names = [];
	/** Deaths without a proof, by rank. @type {number[]} */
	strikes = [];
	/** The way down: the next rank, and the id that was opened last. */
	rank = 0;
	last = 0;
	why = "";
	/** Until the second is opened. */
	firstMs = 0;
	/** Where a round starts, and since when. */
	from = 0;
	takenAt = 0;
	attempt = 0;
	retryAt = 0;
	isOnline = true;
	serial = 0;

	/**
	 * @param {() => number} random	in [0, 1)
	 * @param {Clock} clock
	 * @param {Doer} doer
	 */
	constructor(random, clock, doer) {
		this.random = random;
		this.clock = clock;
		this.doer = doer;
		this.timers = timersOf(clock, () => this.wake("woken"));
	}

	/** A message came; it is dead when none does. @param {number} id */
	heard(id) {
		this.timers.set(id, DEAD_MS, () => this.ended(id, "silence"));
	}

	/** @param {number} id @param {string} reason @param {number} [retry]	so many ms the service asks for */
	ended(id, reason, retry) {
		this.drop(id);
		if (!this.current && !this.tries.size)
			this.fail(reason, retry);
	}

	/** Does not wait any longer. @param {string} why */
	wake(why) {
		if (this.state === "waiting" || this.state === "offline")
			this.begin(why);
	}

	clear() {
		[...this.tries.keys()].forEach((id) => this.drop(id));
		this.timers.clear();
		this.current = undefined;
	}

	/** @param {string} why */
	begin(why) {
		this.clear();
		this.enter("connecting", why);
		this.why = why;
		this.go(this.from);
		if (!this.tries.size) {
			this.strikes = [];
			this.go(0);
		}
	}

	/** Down from there. @param {number} rank */
	go(rank) {
		this.rank = rank;
		this.last = 0;
		this.next();
	}

	/** A step down; at the end of the way `late` says that time is up. */
	next(late = false) {
		const limit = this.current?.rank ?? this.names.length;
		const out = [...this.tries.values()].map(({ rank }) => rank);

		while (out.includes(this.rank) || (!this.current && this.strikes[this.rank] >= STRIKES))
			this.rank++;
		if (this.rank < limit) {
			const ms = this.last ? NEXT_MS : this.firstMs;
			this.last = this.open(this.rank++);
			this.timers.set("walk", this.rank < limit ? ms : LAST_MS, () => this.next(true));
		} else if (late && !this.current) {
			this.fail("nothing answers");
		}
	}

	/** Nothing is left of the round: nobody in it is to blame. @param {string} reason @param {number} [retry] */
	fail(reason, retry) {
		this.strikes = [];
		this.from = 0;
		this.wait(reason, retry);
	}

	/** @param {string} reason @param {number} [retry] */
	wait(reason, retry = 0) {
		const ms = Math.max(retry, backoff(this.attempt++, this.random()));

		this.clear();
		this.retryAt = this.clock.now() + ms;
		this.timers.set("retry", ms, () => this.begin("retry"));
		this.enter(this.isOnline ? "waiting" : "offline", reason, ms);
	}

	/** @param {number} rank */
	open(rank, probes = false) {
		const id = ++this.serial;

		this.tries.set(id, { id, rank, why: this.why, provenAt: 0, probes });
		this.heard(id);
		this.doer.open(id, this.names[rank]);
		return id;
	}

	/** @param {number} id */
	drop(id) {
		this.tries.delete(id);
		this.timers.drop(id);
		this.doer.close(id);
	}

	/** @param {State} state @param {string} reason @param {number | null} retryIn */
	enter(state, reason, retryIn = null) {
		this.state = state;
		this.doer.enter(state, reason, retryIn);
	}
}
