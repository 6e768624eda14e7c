// @ts-check

/**
 * @import { Clock, Op, Problem, Result, Snapshot, State, TransportName } from "./types.js"
 * @import { ChangeEvent, ErrorEvent, PresenceEvent, ResetEvent, SignalEvent, SnapshotEvent, StateChangeEvent, TraceEvent, TransportChangeEvent } from "./events.js"
 * @import { Memory } from "./memory.js"
 */

import { clock as realClock } from "./clock.js";
import { Core } from "./core.js";
import { NotewireEvent, Target } from "./events.js";
import { NotewireError, request } from "./http.js";
import { follow } from "./life.js";
import { recall, remember } from "./memory.js";
import { Reader } from "./reader.js";

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
	/** @type {Map<string, { resolve: (result: Result) => void, reject: (error: Error) => void }>} */
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
		this.#core = new Core({
			api: api.href, socket: socket.href, board, token, presence: options.presence,
			transports: options.transports, trace: options.trace !== false,
			peer: peer === true ? randomId() : peer || undefined,
		}, clock, (message) => this.#hear(message));
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
		this.#unfollow = follow(this.#clock, this.#core);
		this.#enter("connecting", "connect");
		if (this.cursor)
			this.#start();
		else
			this.#fetch(0);
	}

	close() {
		this.#core.close();
		this.#closed("closed");
	}

	/** Tries now what it would wait for. */
	wake() {
		this.#core.wake("asked");
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
			this.#asked.set(whole.key, { resolve, reject });
			this.#core.publish(whole);
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
		this.#core.signal({ data, to, event });
	}

	/** @param {number} attempt */
	async #fetch(attempt) {
		const begun = this.#clock.now();
		const answer = await request(this.#link, `boards/${this.#link.board}`);
		this.#rtt = this.#clock.now() - begun;
		this.#snapshot = await answer.json();
		void attempt;
		this.#reader = new Reader(this.#snapshot?.last_seq ?? "");
		this.#fire("snapshot", { snapshot: this.#snapshot });
		this.#start();
	}

	#start() {
		this.#core.start({
			since: this.cursor, rtt: this.#rtt || undefined, offered: this.#snapshot?.feeds,
			remembered: recall(this.#storage, this.#clock.wall()),
		});
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
		else if (type === "change" && this.#reader.take(rest.change) === "next")
			this.#fire("change", rest);
		else if (type === "reset")
			this.#fetch(0);
		else if (type === "done")
			this.#done(rest);
		else if (type === "trace")
			this.#fire("trace", rest.detail);
		else if (type === "problem")
			this.#fire("error", { problem: rest.problem, error: new NotewireError(rest.problem.status ?? 0, rest.problem) });
		else if (type !== "change")
			this.#fire(type, rest);
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
		this.#enter("closed", reason);
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

/** 128 random bits, as the service writes them. */
function randomId() {
	return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
