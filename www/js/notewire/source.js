// @ts-check

import { backoff } from "./backoff.js";
import { endOf, FINAL, requestJSON } from "./http.js";

/**
 * Fetches the snapshot, again and again until it has it or is refused.
 *
 * @import { Link, Snapshot } from "./types.js"
 *
 * @typedef {object} Wanting
 * @property {(snapshot: Snapshot, rtt: number, reset: string) => void} got
 * @property {(reason: string, ms: number) => void} waits
 * @property {() => void} tries
 * @property {(reason: string) => void} refused	for good
 */
export class Source {
	#link;
	#wanting;
	/** @type {any} */
	#timer;
	#stop = new AbortController();
	#again = () => {};

	/** @param {Link} link @param {Wanting} wanting */
	constructor(link, wanting) {
		this.#link = link;
		this.#wanting = wanting;
	}

	/** @param {string} reset	why, unless it is the first time */
	async get(reset, attempt = 0) {
		const { clock } = this.#link;
		const begun = clock.now();

		this.stop();
		const { signal } = this.#stop = new AbortController();
		try {
			const { body } = await requestJSON(this.#link, `boards/${this.#link.board}`, { signal });
			if (!signal.aborted)
				this.#wanting.got(body, clock.now() - begun, reset);
		} catch (error) {
			const { code, reason = "", retry = 0 } = endOf(error);
			const ms = Math.max(retry, backoff(attempt, Math.random()));
			if (signal.aborted)
				return;
			if (FINAL.includes(code))
				return this.#wanting.refused(reason);
			this.#again = () => {
				this.#wanting.tries();
				this.get(reset, attempt + 1);
			};
			this.#timer = clock.set(this.#again, ms);
			this.#wanting.waits(reason || "no answer", ms);
		}
	}

	/** Does not wait any longer. */
	wake() {
		this.#again();
	}

	stop() {
		this.#again = () => {};
		this.#stop.abort();
		this.#link.clock.clear(this.#timer);
	}
}
