// @ts-check

/** @import { Op, PushClientOptions, Result, Snapshot } from "./types.js" */

import { linkFor } from "./address.js";
import { Asked } from "./asked.js";
import { ownBytes } from "./bytes.js";
import { clock as realClock } from "./clock.js";
import { NotewireError } from "./http.js";
import { follow } from "./life.js";
import { recall, remember } from "./memory.js";
import { Reader } from "./reader.js";
import { Source } from "./source.js";
import { Surface } from "./surface.js";
import { Tabs } from "./tabs.js";

/** A live board: connects, resumes, and finds a way. */
export class PushClient extends Surface {
	/** @type {Snapshot | null} */
	#snapshot = null;
	#rtt = 0;
	#reader;
	#source;
	#options;
	#link;
	/** @type {Tabs | null} */
	#core = null;
	/** Changes from before the snapshot. @type {any[]} */
	#early = [];
	#asked = new Asked();
	#unfollow = () => {};

	/** @param {PushClientOptions} options */
	constructor(options) {
		const { clock = realClock, root = globalThis.document?.documentElement } = options;

		super(root);
		this.#options = options;
		this.#link = linkFor(options, clock);
		this.#reader = new Reader(this.#link.since);
		this.addEventListener("transportchange", (event) => remember(options.storage, clock.wall(), Reflect.get(event, "to")));
		this.#source = new Source(this.#link, {
			got: (snapshot, rtt, reset) => this.#got(snapshot, rtt, reset),
			waits: (reason, ms) => this.enter("waiting", reason, ms),
			tries: () => this.enter("connecting", "retry"),
			refused: (reason) => this.#end(reason),
		});
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

	connect() {
		if (this.state !== "idle" && this.state !== "closed")
			return;
		const { api, socket, board, token, peer, clock } = this.#link;
		const { presence, transports, tabs } = this.#options;

		this.#core = new Tabs({ api, socket, board, token, peer, presence, transports }, clock,
			(message) => this.#hear(message), tabs !== false && !this.#options.clock);
		this.#unfollow = follow(clock, (method, arg) => {
			this.#core?.call(method, arg);
			if (method === "wake")
				this.#source.wake();
		});
		this.enter("connecting", "connect");
		this.#begin();
	}

	close() {
		this.#end("closed");
	}

	/** Tries now what it would wait for. */
	wake() {
		this.#core?.call("wake", "asked");
		this.#source.wake();
	}

	/** Done once it is on the board for good. @param {Op} op @returns {Promise<Result>} */
	publish(op) {
		if (this.state === "closed")
			return Promise.reject(new NotewireError(0, { title: "The client is closed" }));
		return this.#asked.add(op, (whole) => this.#core?.call("publish", whole));
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
		const bytes = data instanceof Blob ? await data.arrayBuffer()
			: ArrayBuffer.isView(data) ? ownBytes(data) : data;
		if (this.state !== "open")
			throw new NotewireError(0, { title: "There is no connection" });
		this.#core?.call("signal", { data: bytes, to, event });
	}

	/** With a core that knows nothing yet. */
	#begin() {
		for (const op of this.#asked.ops)
			this.#core?.call("publish", op);
		if (this.cursor)
			this.#start();
		else
			this.#fetch("");
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
			remembered: recall(this.#options.storage, this.#link.clock.wall()),
		});
		for (const message of this.#early.splice(0))
			this.#hear(message);
	}

	/** @param {any} message */
	#hear(message) {
		const { type, ...rest } = message;

		if (type === "state" && rest.state === "closed")
			this.#end(rest.reason);
		else if ((type === "state" || type === "transport") && !this.cursor)
			return;			/* it is told again once this has its place */
		else if (type === "state")
			this.enter(rest.state, rest.reason, rest.retryIn);
		else if (type === "transport")
			this.carry(rest);
		else if (type === "change")
			this.#change(message);
		else if (type === "reset")
			this.#fetch(rest.reason);
		else if (type === "fresh")
			this.#begin();
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

	/** For good. @param {string} reason */
	#end(reason) {
		this.#core?.call("close");
		this.#unfollow();
		this.#source.stop();
		this.enter("closed", reason);
		this.#asked.fail({ title: `The client is closed: ${reason}` });
	}
}
