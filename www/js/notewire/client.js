// @ts-check

/**
 * @import { Clock, Op, Problem, Result, Snapshot, State, TransportName } from "./types.js"
 * @import { ChangeEvent, ErrorEvent, PresenceEvent, ResetEvent, SignalEvent, SnapshotEvent, StateChangeEvent, TraceEvent, TransportChangeEvent } from "./events.js"
 * @import { Memory } from "./memory.js"
 */

import { backoff } from "./backoff.js";
import { clock as realClock } from "./clock.js";
import { NotewireEvent, Target } from "./events.js";
import { endOf, FINAL, NotewireError, requestJSON } from "./http.js";
import { randomId } from "./id.js";
import { follow } from "./life.js";
import { recall, remember } from "./memory.js";
import { Reader } from "./reader.js";
import { Tabs } from "./tabs.js";

/**
 * @typedef {object} PushClientOptions
 * @property {string} board	its id
 * @property {string | URL} [api]	"api/" beside the page if not given
 * @property {string | URL} [socket]	prefix of the WebSockets, "../socket/" beside the API if not given
 * @property {string} [since]	a cursor; without it the snapshot comes first
 * @property {string} [token]	else the browser's cookie counts
 * @property {TransportName[]} [transports]	only these
 * @property {boolean | string} [peer]	take part in signals; a text is the secret to do so by
 * @property {any} [presence]	what the others are told of this one
 * @property {boolean} [tabs]	false: a connection of its own
 * @property {boolean} [trace]	false: no `trace` events
 * @property {HTMLElement | null} [root]	whose dataset tells state and transport
 * @property {Clock} [clock]
 * @property {Memory} [storage]
 */

const EVENTS = ["statechange", "transportchange", "snapshot", "change", "reset", "presence", "signal", "error", "trace"];

/** A live board: connects, resumes, and finds a way. */
export class PushClient extends Target {
	/** @type {((event: StateChangeEvent) => void) | null} */
	onstatechange = null;
	/** @type {((event: TransportChangeEvent) => void) | null} */
	ontransportchange = null;
	/** @type {((event: SnapshotEvent) => void) | null} */
	onsnapshot = null;
	/** @type {((event: ChangeEvent) => void) | null} */
	onchange = null;
	/** @type {((event: ResetEvent) => void) | null} */
	onreset = null;
	/** @type {((event: PresenceEvent) => void) | null} */
	onpresence = null;
	/** @type {((event: SignalEvent) => void) | null} */
	onsignal = null;
	/** @type {((event: ErrorEvent) => void) | null} */
	onerror = null;
	/** @type {((event: TraceEvent) => void) | null} */
	ontrace = null;
	/** @type {State} */
	#state = "idle";
	/** @type {TransportName | ""} */
	#transport = "";
	/** @type {Snapshot | null} */
	#snapshot = null;
	#rtt = 0;
	#reader;
	#link;
	#clock;
	#storage;
	#root;
	#core;
	/** Its timer, while the snapshot is waited for. @type {any} */
	#timer;
	/** Changes from before the snapshot. @type {any[]} */
	#early = [];
	/** @type {Map<string, { op: Op, resolve: (result: Result) => void, reject: (error: Error) => void }>} */
	#asked = new Map();
	#unfollow = () => {};

	/** @param {PushClientOptions} options */
	constructor(options) {
		super(EVENTS);
		const { clock = realClock, board, token, peer, since = "" } = options;
		const api = new URL(options.api ?? "api/", globalThis.document?.baseURI);
		const socket = new URL(options.socket ?? "../socket/", api);

		socket.protocol = socket.protocol.replace(/^http/, "ws");
		this.#clock = clock;
		this.#storage = options.storage ?? globalThis.localStorage;
		this.#root = options.root === undefined ? globalThis.document?.documentElement : options.root;
		this.#reader = new Reader(since);
		this.#link = { api: api.href, socket: socket.href, board, since, token, clock };
		this.#core = new Tabs({
			api: api.href, socket: socket.href, board, token, presence: options.presence,
			transports: options.transports, trace: options.trace !== false,
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
		this.#unfollow = follow(this.#clock, (method, arg) => this.#life(method, arg));
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
		this.#life("wake", "asked");
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

	/** @param {"rest" | "wake" | "online"} method @param {any} arg */
	#life(method, arg) {
		const again = this.#timer && method !== "rest" ? this.#again : null;

		this.#core.call(method, arg);
		again?.();
	}

	#again = () => {};

	/** The snapshot, and then on from there. @param {string} reset	why, if it is not the first @param {number} attempt */
	async #fetch(reset, attempt = 0) {
		const begun = this.#clock.now();

		this.#clock.clear(this.#timer);
		this.#timer = null;
		this.#reader = new Reader("");
		try {
			const { body } = await requestJSON(this.#link, `boards/${this.#link.board}`);
			this.#rtt = this.#clock.now() - begun;
			this.#reader = new Reader(body.last_seq);
			this.#snapshot = body;
		} catch (error) {
			return this.#refused(reset, attempt, endOf(error));
		}
		if (this.#state === "closed")
			return;
		this.#fire("snapshot", { snapshot: this.#snapshot });
		if (reset)
			this.#fire("reset", { reason: reset, snapshot: this.#snapshot });
		this.#start();
	}

	/** @param {string} reset @param {number} attempt @param {import("./types.js").End} end */
	#refused(reset, attempt, { code, reason = "", retry = 0 }) {
		const ms = Math.max(retry, backoff(attempt, Math.random()));

		if (this.#state === "closed")
			return;
		if (FINAL.includes(code)) {
			this.#core.call("close");
			return this.#closed(reason);
		}
		this.#enter("waiting", reason || "no answer", ms);
		this.#again = () => {
			this.#enter("connecting", "retry");
			this.#fetch(reset, attempt + 1);
		};
		this.#timer = this.#clock.set(this.#again, ms);
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
			this.#fire("trace", rest.detail);
		else if (type === "problem")
			this.#fire("error", { problem: rest.problem, error: new NotewireError(rest.problem.status ?? 0, rest.problem) });
		else
			this.#fire(type, rest);
	}

	/** @param {any} message */
	#change(message) {
		const step = this.cursor ? this.#reader.take(message.change) : "early";

		if (step === "early")
			this.#early.push(message);
		else if (step === "next")
			this.#fire("change", { id: message.id, change: message.change });
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
		this.#fire("transportchange", change);
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
		this.#clock.clear(this.#timer);
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
		this.#fire("statechange", { state, previous, reason, retryIn });
	}

	#show() {
		if (this.#root)
			Object.assign(this.#root.dataset, { state: this.#state, transport: this.#transport });
	}

	/** @param {string} type @param {object} detail */
	#fire(type, detail) {
		this.dispatchEvent(new NotewireEvent(type, detail));
	}
}
