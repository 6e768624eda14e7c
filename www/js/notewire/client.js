// @ts-check

/** @import { Op, Result } from "./types.js" */

import { ownBytes, randomId } from "./bytes.js";
import { Core } from "./core.js";
import { fire } from "./events.js";
import { Follower } from "./follower.js";
import { NotewireError } from "./http.js";
import { recall } from "./memory.js";

/** @typedef {(method: string, arg?: any) => void} Post	calls a core, wherever it is */

/** A live board: connects, resumes, and finds a way. */
export class PushClient extends Follower {
	/** @type {Promise<Post> | undefined} */
	#core;
	/** Operations that are not acknowledged yet. @type {Map<string, { op: Op, resolve: (result: Result) => void, reject: (error: Error) => void }>} */
	#asked = new Map();
	#life = new AbortController();

	connect() {
		if (this.state !== "idle" && this.state !== "closed")
			return;
		const { signal } = this.#life = new AbortController();

		this.#core = this.#dial((message) => signal.aborted || this.#hear(message));
		import("./life.js").then(({ follow }) => follow(this.clock, signal, (method, arg) => this.#call(method, arg)),
			() => signal.aborted || this.end("not loaded"));
		this.enter("connecting", "connect");
		this.#begin();
	}

	close() {
		this.end("closed");
	}

	/** Tries now what it would wait for. */
	wake() {
		this.#call("wake", "asked");
	}

	/** Done once it is on the board for good. @param {Op} op @returns {Promise<Result>} */
	publish(op) {
		const whole = { ...op, key: op.key ?? randomId() };

		return new Promise((resolve, reject) => {
			if (this.state === "closed")
				throw new NotewireError(0, { title: "The client is closed" });
			this.#asked.set(whole.key, { op: whole, resolve, reject });
			this.#call("publish", whole);
		});
	}

	/** In order. @param {Op[]} ops @returns {Promise<PromiseSettledResult<Result>[]>} */
	publishAll(ops) {
		return Promise.allSettled(ops.map((op) => this.publish(op)));
	}

	/**
	 * Tells the others what is not kept.
	 * @param {any} data	JSON or bytes
	 * @param {{ to?: string, event?: "signal" | "presence" }} [how]
	 */
	async signal(data, { to, event } = {}) {
		const own = data instanceof Blob ? await data.arrayBuffer() : ArrayBuffer.isView(data) ? ownBytes(data) : data;

		if (this.state !== "open")
			throw new NotewireError(0, { title: "There is no connection" });
		this.#call("signal", { data: own, to, event });
	}

	/** @protected @override */
	placed() {
		this.#call("start", {
			since: this.cursor, rtt: this.rtt, offered: this.snapshot?.feeds,
			remembered: recall(this.options.storage, this.clock.wall()),
		});
	}

	/** @protected @override @param {string} reason */
	end(reason) {
		this.#call("close");
		this.#life.abort();
		super.end(reason);
		for (const key of this.#asked.keys())
			this.#done({ key, status: 0, problem: { title: `The client is closed: ${reason}` } });
	}

	/** @param {(message: any) => void} hear @returns {Promise<Post>} */
	async #dial(hear) {
		if (this.options.tabs !== false && !this.options.clock)
			try {
				const { share } = await import("./tabs.js");
				return await share(this.where, hear);
			} catch {
				/* then it has one of its own */
			}
		/** @type {any} */
		const core = new Core(this.where, this.clock, hear);
		return (method, arg) => core[method](arg);
	}

	/** @param {string} method @param {any} [arg] */
	#call(method, arg) {
		if (method === "wake")
			this.hurry();
		this.#core?.then((post) => post(method, arg));
	}

	/** With a core that knows nothing yet. */
	#begin() {
		for (const { op } of this.#asked.values())
			this.#call("publish", op);
		if (this.cursor)
			this.placed();
		else
			this.fetch();
	}

	/** @param {any} message */
	#hear({ type, ...message }) {
		/** @type {Record<string, () => unknown>} */
		const acts = {
			change: () => this.take(message.change),
			done: () => this.#done(message),
			reset: () => this.fetch(message.reason),
			behind: () => this.catchUp(),
			fresh: () => this.#begin(),
			statechange: () => this.#is(message),
			transportchange: () => this.cursor && this.carry(message),
			error: () => fire(this, type, { ...message, error: new NotewireError(message.problem.status, message.problem) }),
		};
		(acts[type] ?? (() => fire(this, type, message)))();
	}

	/** What is told before this has its place is told again then. @param {any} message */
	#is({ state, reason, retryIn }) {
		if (state === "closed")
			this.end(reason);
		else if (this.cursor)
			this.enter(state, reason, retryIn);
	}

	/** @param {Result} result */
	#done(result) {
		const { key, status, problem } = result;
		const one = this.#asked.get(key);

		this.#asked.delete(key);
		if (status > 0 && status < 300)
			one?.resolve(result);
		else
			one?.reject(new NotewireError(status, problem));
	}
}
