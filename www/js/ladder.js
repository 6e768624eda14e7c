// @ts-check

import { backoff } from "./backoff.js";

/** A connection that lasted this long was a good one. */
const LASTING_MS = 10_000;
/** A transport that has worked may fail once without losing its place. */
const STRIKES = 2;
const CLIMB_MS = 60_000;
const CLIMB_MAX_MS = 600_000;

/**
 * Which transport to use and how long to wait for it.  Rung 0 is the best.
 * Knows no clock and no chance: the caller says how long a connection was
 * live (0: never) and brings a random number in [0, 1).
 */
export class Ladder {
	rung = 0;
	#bottom;
	#attempt = 0;
	#strikes = 0;
	#climbMs = CLIMB_MS;

	/** @param {number} rungs	at least one */
	constructor(rungs) {
		this.#bottom = rungs - 1;
	}

	/**
	 * A connection ended, whoever is to blame.
	 * @param {number} liveMs
	 */
	ended(liveMs) {
		if (liveMs < LASTING_MS)
			return;
		this.#attempt = 0;
		this.#strikes = 0;
		if (this.rung === 0)
			this.#climbMs = CLIMB_MS;
	}

	/**
	 * The transport failed although the service can be reached.
	 * @param {number} liveMs
	 * @returns {boolean}	whether this led a rung down, to be opened at once
	 */
	blame(liveMs) {
		this.#strikes += liveMs > 0 ? 1 : STRIKES;
		if (this.#strikes < STRIKES || this.rung === this.#bottom)
			return false;
		this.rung++;
		this.#strikes = 0;
		return true;
	}

	/** The service has no room for a connection that lasts. */
	descend() {
		this.rung = this.#bottom;
	}

	climb() {
		this.rung = 0;
		this.#strikes = 0;
	}

	/**
	 * How long to wait before the same rung is opened again.
	 * @param {number} random
	 */
	delay(random) {
		return backoff(this.#attempt++, random);
	}

	/**
	 * How long to stay on a lesser rung before the best is tried again: each
	 * time longer, since a try may cost some seconds without news.
	 * @param {number} random
	 */
	climbDelay(random) {
		const ms = this.#climbMs * (0.75 + random / 2);
		this.#climbMs = Math.min(CLIMB_MAX_MS, this.#climbMs * 2);
		return ms;
	}
}
