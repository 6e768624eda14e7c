// @ts-check

/**
 * @import { Op, PushClientOptions, Result, Snapshot, State, TransportName } from "./types.js"
 */

import { linkFor } from "./address.js";
import { Asked } from "./asked.js";
import { clock as realClock } from "./clock.js";
import { ClientTarget } from "./events.js";
import { NotewireError } from "./http.js";
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
	#options;
	#link;
	#root;
	/** @type {Tabs | null} */
	#core = null;
	/** Changes from before the snapshot. @type {any[]} */
	#early = [];
	#asked = new Asked();
	#unfollow = () => {};

	/** @param {PushClientOptions} options */
	constructor(options) {
		super();
		const { clock = realClock } = options;

		this.#options = options;
		this.#clock = clock;
		this.#link = linkFor(options, clock);
		this.#root = options.root === undefined ? globalThis.document?.documentElement : options.root;
		this.#reader = new Reader(this.#link.since);
		this.#source = new Source(this.#link, {
			got: (snapshot, rtt, reset) => this.#got(snapshot, rtt, reset),
			waits: (reason, ms) => this.#enter("waiting", reason, ms),
			tries: () => this.#enter("connecting", "retry"),
			refused: (reason) => this.#end(reason),
		});
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
		const { clock, since, ...options } = this.#link;

		this.#core = new Tabs({ ...options, presence: this.#options.presence, transports: this.#options.transports },
			clock, (message) => this.#hear(message), this.#options.tabs !== false && !this.#options.clock);
		this.#unfollow = follow(clock, (method, arg) => {
			this.#core?.call(method, arg);
			if (method === "wake")
				this.#source.wake();
		});
		this.#enter("connecting", "connect");
		for (const op of this.#asked.ops)
			this.#core.call("publish", op);
		if (this.cursor)
			this.#start();
		else
			this.#fetch("");
	}

	close() {
		this.#end("closed");
	}

	/** Tries now what it would wait for. */
	wake() {
		this.#core?.call("wake", "asked");
		this.#source.wake();
	}

	/**
	 * @param {Op} op
	 * @returns {Promise<Result>}	once it is on the board for good
	 */
	publish(op) {
		if (this.#state === "closed")
			return Promise.reject(new NotewireError(0, { title: "The client is closed" }));
		return this.#asked.add(op, (whole) => this.#core?.call("publish", whole));
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
		this.#core?.call("signal", { data, to, event });
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
		this.#core?.call("start", {
			since: this.cursor, rtt: this.#rtt || undefined, offered: this.#snapshot?.feeds,
			remembered: recall(this.#options.storage, this.#clock.wall()),
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
			this.#asked.done(rest);
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
		for (const op of this.#asked.ops)
			this.#core?.call("publish", op);
	}

	/** @param {{ from: any, to: any, why: string }} change */
	#carried(change) {
		this.#transport = change.to;
		if (change.to)
			remember(this.#options.storage, this.#clock.wall(), change.to);
		this.#show();
		this.fire("transportchange", change);
	}

	/** For good. @param {string} reason */
	#end(reason) {
		this.#core?.call("close");
		this.#closed(reason);
	}

	/** @param {string} reason */
	#closed(reason) {
		this.#unfollow();
		this.#source.stop();
		this.#transport = "";
		this.#enter("closed", reason);
		this.#asked.fail({ title: `The client is closed: ${reason}` });
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
