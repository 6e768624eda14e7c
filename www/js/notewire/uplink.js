// @ts-check

import { endOf, NotewireError, requestJSON } from "./http.js";
import { frameRead } from "./messages.js";

/**
 * What goes up beside a feed: ordered POSTs, one at a time, what waits as one
 * batch.  Answers come down as the messages of a WebSocket.
 *
 * @import { End, Link } from "./types.js"
 */

const BATCH_OPS = 100;
const BATCH_BYTES = 200_000;

/** @typedef {{ data: string | ArrayBuffer, size: number, op: boolean }} Said */

export class Uplink {
	/** Bytes that are not answered yet. */
	buffered = 0;
	/** @type {Said[]} */
	#queue = [];
	#busy = false;
	#playing = Promise.resolve();
	/** So many go one by one: together they were refused. */
	#alone = 0;
	#stop = new AbortController();
	#link;
	#tell;
	#end;

	/**
	 * @param {Link} link
	 * @param {(text: string, cost: number) => void} tell
	 * @param {(end: End) => void} end	it is broken
	 */
	constructor(link, tell, end) {
		this.#link = link;
		this.#tell = tell;
		this.#end = end;
	}

	/**
	 * @param {string | ArrayBuffer} data
	 * @param {number} size	bytes
	 */
	send(data, size) {
		this.#queue.push({ data, size, op: typeof data === "string" && !isSignal(data) });
		this.buffered += size;
		this.#play();
	}

	stop() {
		this.#stop.abort();
	}

	/** Once all is answered, or nothing more will be. */
	idle() {
		return this.#playing;
	}

	#play() {
		if (this.#busy)
			return;
		this.#busy = true;
		this.#playing = this.#run();
	}

	async #run() {
		try {
			while (this.#queue.length > 0)
				await this.#post(this.#next());
		} catch (error) {
			if (!this.#stop.signal.aborted)
				this.#end(endOf(error));
			return;		/* and stays busy */
		}
		this.#busy = false;
	}

	#next() {
		let bytes = 0;
		let n = 0;

		if (!this.#queue[0].op || this.#alone > 0)
			return this.#queue.slice(0, 1);
		while (n < BATCH_OPS && this.#queue[n]?.op && bytes + this.#queue[n].size < BATCH_BYTES)
			bytes += this.#queue[n++].size;
		return this.#queue.slice(0, Math.max(1, n));
	}

	/** @param {Said[]} batch */
	async #post(batch) {
		try {
			const { body, cost } = await requestJSON(this.#link, ...this.#request(batch));
			if (body)
				this.#tell(`{"event":"results","data":${JSON.stringify(body)}}`, cost);
		} catch (error) {
			if (!(error instanceof NotewireError) || error.passing || error.status === 401)
				throw error;
			if (batch.length > 1) {
				this.#alone = batch.length;
				return;
			}
			this.#tell(JSON.stringify({ event: batch[0].op ? "problem" : "signal-problem", data: error.problem }), 0);
		}
		this.#queue.splice(0, batch.length);
		this.#alone = Math.max(0, this.#alone - 1);
		for (const { size } of batch)
			this.buffered -= size;
	}

	/**
	 * @param {Said[]} batch
	 * @returns {[string, import("./http.js").Ask]}
	 */
	#request(batch) {
		const board = `boards/${this.#link.board}/`;
		const { data, op } = batch[0];
		const query = new URLSearchParams(this.#link.peer ? { peer: this.#link.peer } : {});
		const { signal } = this.#stop;

		if (op)
			return [`${board}ops`, { signal, body: `{"ops":[${batch.map((said) => said.data).join(",")}]}` }];
		if (typeof data === "string")
			return [`${board}signals?${query}`, { signal, body: data }];
		const { one, peer, body } = frameRead(data);
		if (one)
			query.set("to", peer);
		return [`${board}signals?${query}`, { signal, body: body.slice().buffer }];
	}
}

/** As the daemon tells them apart. @param {string} text */
function isSignal(text) {
	try {
		return text.includes('"event"') && JSON.parse(text).event !== undefined;
	} catch {
		return false;
	}
}
