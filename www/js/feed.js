// @ts-check

import { apiChanges, ApiError } from "./api.js";
import { Ladder } from "./ladder.js";
import { Reader } from "./reader.js";
import { eventsource } from "./transport_eventsource.js";
import { longpoll } from "./transport_longpoll.js";
import { poll } from "./transport_poll.js";

/**
 * @import { Connection, Listener, Sink } from "./types.js"
 */

/** In order of preference. */
const LADDER = [eventsource, longpoll, poll];
const FINAL = ["revoked", "gone", "expired"];

/** Reads one board, changing transport between any two events as needed. */
export class Feed {
	#board;
	#reader;
	#listener;
	#transports;
	#ladder;
	#liveAt = 0;
	/** Names the transport that is open; what an older one says is void. */
	#serial = 0;
	#close = () => {};
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	#waiting = false;

	/**
	 * @param {string} board
	 * @param {string} cursor
	 * @param {string[]} offered	the feeds the service names
	 * @param {Listener} listener
	 */
	constructor(board, cursor, offered, listener) {
		this.#board = board;
		this.#reader = new Reader(cursor, (change) => listener.change(change));
		this.#listener = listener;
		this.#transports = LADDER.filter((t) => t === poll || offered.includes(t.name));
		this.#ladder = new Ladder(this.#transports.length);
		this.#report("connecting");
		this.#open();
	}

	close() {
		this.#halt();
	}

	/** The network or the window came back: do not wait any longer. */
	wake() {
		if (this.#waiting)
			this.#open();
	}

	#open() {
		this.#halt();
		const serial = this.#serial;
		const reader = this.#reader;
		const current = () => serial === this.#serial;
		/** @type {Sink} */
		const sink = {
			cursor: () => reader.cursor,
			change: (change) => void (current() && !reader.take(change) && this.#reset()),
			page: (page) => void (current() && !reader.takePage(page) && this.#reset()),
			live: () => void (current() && this.#live()),
			reset: () => void (current() && this.#reset()),
			end: (reason) => void (current() && this.#end(reason)),
			fail: (error) => void (current() && this.#fail(error)),
		};
		this.#close = this.#transport().open(this.#board, sink);
	}

	/** @returns {number} how long the connection that ends here was live */
	#halt() {
		const liveMs = this.#liveAt > 0 ? performance.now() - this.#liveAt : 0;

		this.#serial++;
		this.#close();
		this.#close = () => {};
		this.#liveAt = 0;
		this.#waiting = false;
		clearTimeout(this.#timer);
		this.#ladder.ended(liveMs);
		return liveMs;
	}

	#live() {
		if (this.#liveAt > 0)
			return;
		this.#liveAt = performance.now();
		if (this.#ladder.rung > 0)
			this.#timer = setTimeout(() => {
				this.#ladder.climb();
				this.#open();
			}, this.#ladder.climbDelay(Math.random()));
		this.#report("live");
	}

	async #reset() {
		this.#halt();
		const serial = this.#serial;
		this.#report("connecting");
		const answer = await this.#listener.reset().catch(asError);
		if (serial !== this.#serial)
			return;
		if (answer instanceof ApiError)
			return this.#refused(answer);
		this.#reader.cursor = answer;
		this.#later();
	}

	/** @param {string} reason */
	#end(reason) {
		this.#halt();
		if (FINAL.includes(reason)) {
			this.#report("ended", 0, reason);
		} else if (reason === "busy") {
			this.#ladder.descend();
			this.#open();
		} else {
			this.#later();
		}
	}

	/**
	 * A broken transport may be the transport's fault or everybody's.  A poll
	 * tells: it passes where nothing else does, and unlike an EventSource it
	 * says what a refusal was.
	 * @param {unknown} error
	 */
	async #fail(error) {
		const wasLive = this.#liveAt > 0;
		const liveMs = this.#halt();
		const serial = this.#serial;

		if (wasLive)
			this.#report("reconnecting");
		const answer = error instanceof ApiError && error.status > 0
			? error
			: await apiChanges(this.#board, this.#reader.cursor, 0).catch(asError);
		if (serial !== this.#serial)
			return;
		if (answer instanceof ApiError)
			this.#refused(answer);
		else if (!this.#reader.takePage(answer))
			this.#reset();
		else if (this.#ladder.blame(liveMs))
			this.#open();
		else
			this.#later();
	}

	/** @param {ApiError} error */
	#refused(error) {
		if (error.status === 401)
			this.#end("expired");
		else if (error.status === 403 || error.status === 404)
			this.#end("revoked");
		else
			this.#later(error.retryAfterMs);
	}

	/** @param {number} atLeastMs */
	#later(atLeastMs = 0) {
		const ms = Math.max(atLeastMs, this.#ladder.delay(Math.random()));

		this.#waiting = true;
		this.#timer = setTimeout(() => this.#open(), ms);
		this.#report("reconnecting", ms);
	}

	#transport() {
		return this.#transports[this.#ladder.rung];
	}

	/**
	 * @param {Connection["state"]} state
	 * @param {number} waitMs
	 * @param {string} reason
	 */
	#report(state, waitMs = 0, reason = "") {
		const transport = state === "live" ? this.#transport().name : "";
		this.#listener.connection({ state, transport, waitMs, reason });
	}
}

/**
 * @param {unknown} error
 * @returns {ApiError}
 */
function asError(error) {
	return error instanceof ApiError ? error : new ApiError(0, {}, 0);
}
