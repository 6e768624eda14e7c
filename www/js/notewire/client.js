// @ts-check

/**
 * @import { Op, Problem, PushClientOptions, Result, Snapshot, State, TransportName } from "./types.js"
 */

import { clock as realClock } from "./clock.js";
import { ClientTarget } from "./events.js";
import { NotewireError } from "./http.js";
import { randomId } from "./id.js";
import { follow } from "./life.js";
import { recall, remember } from "./memory.js";
import { Reader } from "./reader.js";
import { Source } from "./source.js";
import { Tabs } from "./tabs.js";

/** A live board: connects, resumes, and finds a way. */
export class PushClient extends ClientTarget {
	/** @type {State} */
	#state = "idle";
	/** @type {TransportName | ""} */
	#transport = "";
	/** @type {Snapshot | null} */
	#snapshot = null;
	#rtt = 0;
	#reader;
	#source;
	#clock;
	#storage;
	#root;
	#core;
	/** Changes from before the snapshot. @type {any[]} */
	#early = [];
	/** @type {Map<string, { op: Op, resolve: (result: Result) => void, reject: (error: Error) => void }>} */
	#asked = new Map();
	#unfollow = () => {};

	/** @param {PushClientOptions} options */
	constructor(options) {
		super();
		const { clock = realClock, board, token, peer, since = "" } = options;
		const api = new URL(options.api ?? "api/", globalThis.document?.baseURI);
		const socket = new URL(options.socket ?? "../socket/", api);

		socket.protocol = socket.protocol.replace(/^http/, "ws");
		this.#clock = clock;
		this.#storage = options.storage ?? globalThis.localStorage;
		this.#root = options.root === undefined ? globalThis.document?.documentElement : options.root;
		this.#reader = new Reader(since);
		this.#source = new Source({ api: api.href, socket: socket.href, board, since, token, clock }, {
			got: (snapshot, rtt, reset) => this.#got(snapshot, rtt, reset),
			waits: (reason, ms) => this.#enter("waiting", reason, ms),
			tries: () => this.#enter("connecting", "retry"),
			refused: (reason) => {
				this.#core.call("close");
				this.#closed(reason);
			},
		});
		this.#core = new Tabs({
			api: api.href, socket: socket.href, board, token, presence: options.presence,
			transports: options.transports,
			peer: peer === true ? randomId() : peer || undefined,
		}, clock, (message) => this.#hear(message), options.tabs !== false && !options.clock);
		this.#show();
	}

	get state() {
		return this.#state;
	}

	get transport() {
		return this.#transport;
	}

	get cursor() {
		return this.#reader.cursor;
	}

	get snapshot() {
		return this.#snapshot;
	}

	/** Milliseconds of a round trip, as measured last. */
	get rtt() {
		return this.#rtt;
	}

	/** Connects, and stays so. */
	connect() {
		if (this.#state !== "idle" && this.#state !== "closed")
			return;
		this.#unfollow = follow(this.#clock, (method, arg) => {
			this.#core.call(method, arg);
			if (method === "wake")
				this.#source.wake();
		});
		this.#enter("connecting", "connect");
		if (this.cursor)
			this.#start();
		else
			this.#fetch("");
	}

	close() {
		this.#core.call("close");
		this.#closed("closed");
	}

	/** Tries now what it would wait for. */
	wake() {
		this.#core.call("wake", "asked");
		this.#source.wake();
	}

	/**
	 * @param {Op} op
	 * @returns {Promise<Result>}	once it is on the board for good
	 */
	publish(op) {
		const whole = { ...op, key: op.key ?? randomId() };

		return new Promise((resolve, reject) => {
			if (this.#state === "closed")
				return reject(new NotewireError(0, { title: "The client is closed" }));
			this.#asked.set(whole.key, { op: whole, resolve, reject });
			this.#core.call("publish", whole);
		});
	}

	/**
	 * @param {Op[]} ops	in order
	 * @returns {Promise<PromiseSettledResult<Result>[]>}
	 */
	publishAll(ops) {
		return Promise.allSettled(ops.map((op) => this.publish(op)));
	}

	/**
	 * Tells the others what is not kept.
	 * @param {any} data	JSON or bytes
	 * @param {{ to?: string, event?: "signal" | "presence" }} [how]
	 */
	async signal(data, { to, event } = {}) {
		if (data instanceof Blob)
			data = await data.arrayBuffer();
		else if (ArrayBuffer.isView(data))
			data = new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer;
		if (this.#state !== "open")
			throw new NotewireError(0, { title: "There is no connection" });
		this.#core.call("signal", { data, to, event });
	}

	/** @param {Snapshot} snapshot @param {number} rtt @param {string} reset */
	#got(snapshot, rtt, reset) {
		this.#rtt = rtt;
		this.#snapshot = snapshot;
		this.#reader = new Reader(snapshot.last_seq);
		this.fire("snapshot", { snapshot });
		if (reset)
			this.fire("reset", { reason: reset, snapshot });
		this.#start();
	}

	/** @param {string} reset */
	#fetch(reset) {
		this.#reader = new Reader("");
		this.#source.get(reset);
	}

	#start() {
		this.#core.call("start", {
			since: this.cursor, rtt: this.#rtt || undefined, offered: this.#snapshot?.feeds,
			remembered: recall(this.#storage, this.#clock.wall()),
		});
		for (const message of this.#early.splice(0))
			this.#hear(message);
	}

	/** @param {any} message */
	#hear(message) {
		const { type, ...rest } = message;

		if (type === "state" && rest.state === "closed")
			this.#closed(rest.reason);
		else if (type === "state")
			this.#enter(rest.state, rest.reason, rest.retryIn);
		else if (type === "transport")
			this.#carried(rest);
		else if (type === "change")
			this.#change(message);
		else if (type === "reset")
			this.#fetch(rest.reason);
		else if (type === "fresh")
			this.#anew();
		else if (type === "done")
			this.#done(rest);
		else if (type === "trace")
			this.fire("trace", rest.detail);
		else if (type === "problem")
			this.fire("error", { problem: rest.problem, error: new NotewireError(rest.problem.status ?? 0, rest.problem) });
		else
			this.fire(type, rest);
	}

	/** @param {any} message */
	#change(message) {
		const step = this.cursor ? this.#reader.take(message.change) : "early";

		if (step === "early")
			this.#early.push(message);
		else if (step === "next")
			this.fire("change", { id: message.id, change: message.change });
		else if (step === "gap")
			this.#fetch("gap");
	}

	/** The core is another one. */
	#anew() {
		if (this.cursor)
			this.#start();
		for (const { op } of this.#asked.values())
			this.#core.call("publish", op);
	}

	/** @param {{ from: any, to: any, why: string }} change */
	#carried(change) {
		this.#transport = change.to;
		if (change.to)
			remember(this.#storage, this.#clock.wall(), change.to);
		this.#show();
		this.fire("transportchange", change);
	}

	/** @param {{ key: string, result: Result | null, problem?: Problem }} done */
	#done({ key, result, problem }) {
		const asked = this.#asked.get(key);

		this.#asked.delete(key);
		if (result && result.status < 300)
			asked?.resolve(result);
		else
			asked?.reject(Object.assign(new NotewireError(result?.status ?? problem?.status ?? 0,
				result?.problem ?? problem), { result }));
	}

	/** @param {string} reason */
	#closed(reason) {
		this.#unfollow();
		this.#source.stop();
		this.#transport = "";
		this.#enter("closed", reason);
		for (const key of this.#asked.keys())
			this.#done({ key, result: null, problem: { title: `The client is closed: ${reason}` } });
	}

	/** @param {State} state @param {string} reason @param {number | null} retryIn */
	#enter(state, reason, retryIn = null) {
		const previous = this.#state;

		if (state === previous && state !== "waiting")
			return;
		this.#state = state;
		this.#show();
		this.fire("statechange", { state, previous, reason, retryIn });
	}

	#show() {
		if (this.#root)
			Object.assign(this.#root.dataset, { state: this.#state, transport: this.#transport });
	}
}
