// @ts-check

import { frameRead, sizeOf } from "./bytes.js";
import { endOf, request } from "./http.js";

/**
 * What goes up beside a feed: ordered POSTs, one at a time, what waits as one
 * batch.  Answers come down as the messages of a WebSocket.
 *
 * @import { Link, Sink } from "./types.js"
 */

const BATCH_OPS = 100;
const BATCH_BYTES = 200_000;

export class Uplink {
	/** Bytes that are not answered yet. */
	buffered = 0;
	/** Until all is answered, or nothing more will be. */
	playing = Promise.resolve();
	/** @type {{ data: string | ArrayBuffer, size: number, op: boolean }[]} */
	#queue = [];
	/** So many go one by one: together they were refused. */
	#alone = 0;
	#link;
	#sink;
	#signal;

	/**
	 * @param {Link} link
	 * @param {Sink} sink	of the answers
	 * @param {AbortSignal} signal
	 */
	constructor(link, sink, signal) {
		this.#link = link;
		this.#sink = sink;
		this.#signal = signal;
	}

	/** @param {string | ArrayBuffer} data */
	send(data) {
		const size = sizeOf(data);

		this.buffered += size;
		if (this.#queue.push({ data, size, op: isOp(data) }) === 1)
			this.playing = this.#play();
		return 0;
	}

	/** Until nothing waits; what broke it off waits for ever. */
	async #play() {
		try {
			while (this.#queue.length)
				await this.#post(this.#next());
		} catch (error) {
			this.#sink.end(endOf(error));
		}
	}

	/** How many of them go together. */
	#next() {
		let bytes = 0;
		let n = 0;

		if (!this.#alone)
			while (n < BATCH_OPS && this.#queue[n]?.op && bytes + this.#queue[n].size < BATCH_BYTES)
				bytes += this.#queue[n++].size;
		return n || 1;
	}

	/** @param {number} n */
	async #post(n) {
		const { op } = this.#queue[0];

		try {
			const { body, cost } = await request(this.#link, ...this.#request(n));
			if (op)
				this.#sink.message(JSON.stringify({ event: "results", data: body }), cost);
		} catch (error) {
			const { passing, status, problem } = /** @type {import("./http.js").NotewireError} */ (error);
			if (passing || status === 401)
				throw error;
			if (n > 1) {
				this.#alone = n;
				return;
			}
			this.#sink.message(JSON.stringify({ event: op ? "problem" : "signal-problem", data: problem }), 0);
		}
		this.#alone -= this.#alone && 1;
		for (const { size } of this.#queue.splice(0, n))
			this.buffered -= size;
	}

	/**
	 * @param {number} n
	 * @returns {[string, import("./http.js").Ask]}
	 */
	#request(n) {
		const { board, peer } = this.#link;
		const signal = this.#signal;
		const [{ data, op }] = this.#queue;
		const query = new URLSearchParams(peer && { peer });

		if (op)
			return [`boards/${board}/ops`, { signal, body: `{"ops":[${this.#queue.slice(0, n).map((said) => said.data)}]}` }];
		if (typeof data === "string")
			return [`boards/${board}/signals?${query}`, { signal, body: data }];
		const { one, peer: to, body } = frameRead(data);
		if (one)
			query.set("to", to);
		return [`boards/${board}/signals?${query}`, { signal, body }];
	}
}

/** As the daemon tells operations from signals. @param {any} data */
function isOp(data) {
	try {
		return JSON.parse(data).event === undefined;
	} catch {
		return typeof data === "string";
	}
}
