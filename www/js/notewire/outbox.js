// @ts-check

/**
 * Operations that are not acknowledged yet, in order.  Each new line gets all
 * of them again: their keys make sure that each is done once.
 *
 * @import { Clock, Op, Result, Problem } from "./types.js"
 */

/** A daemon takes 20 messages a second and a burst of 40; some are left to signals. */
const EACH_MS = 1000 / 20;
const BURST_MS = 30 * EACH_MS;

/** @typedef {{ key: string, text: string, sent: boolean }} Waiting */

export class Outbox {
	/** @type {Waiting[]} */
	#waiting = [];
	/** @type {((text: string) => void) | null} */
	#send = null;
	#paced = false;
	#pacedAt = 0;
	/** @type {any} */
	#timer;
	#clock;
	#done;

	/**
	 * @param {Clock} clock
	 * @param {(key: string, result: Result | null, problem?: Problem) => void} done
	 */
	constructor(clock, done) {
		this.#clock = clock;
		this.#done = done;
	}

	get empty() {
		return this.#waiting.length === 0;
	}

	/** @param {Op} op	with its key */
	add(op) {
		this.#waiting.push({ key: op.key ?? "", text: JSON.stringify(op), sent: false });
		this.#play();
	}

	/**
	 * @param {((text: string) => void) | null} send	the new line's; null: there is none
	 * @param {boolean} paced	whether it is a WebSocket
	 */
	attach(send, paced) {
		this.#send = send;
		this.#paced = paced;
		for (const one of this.#waiting)
			one.sent = false;
		this.#play();
	}

	/** @param {Result[]} results */
	results(results) {
		for (const result of results) {
			const at = this.#waiting.findIndex((one) => one.key === result.key);
			if (at >= 0)
				this.#settle(at, result);
		}
	}

	/** The service refused the first that it has not answered. @param {Problem} problem */
	problem(problem) {
		if (this.#waiting[0]?.sent)
			this.#settle(0, null, problem);
	}

	/** @param {Problem} problem */
	fail(problem) {
		while (!this.empty)
			this.#settle(0, null, problem);
	}

	/** @param {number} at @param {Result | null} result @param {Problem} [problem] */
	#settle(at, result, problem) {
		const [{ key }] = this.#waiting.splice(at, 1);
		this.#done(key, result, problem);
	}

	#play() {
		this.#clock.clear(this.#timer);
		for (const one of this.#waiting) {
			if (one.sent || !this.#send)
				continue;
			const now = this.#clock.now();
			this.#pacedAt = Math.max(this.#pacedAt, now - BURST_MS);
			if (this.#paced && this.#pacedAt > now) {
				this.#timer = this.#clock.set(() => this.#play(), this.#pacedAt - now);
				return;
			}
			this.#pacedAt += EACH_MS;
			one.sent = true;
			this.#send(one.text);
		}
	}
}
