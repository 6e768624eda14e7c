// @ts-check

/** @import { Change, Problem, Snapshot, State, Trace, TransportName } from "./types.js" */

import { fire, handlers } from "./events.js";

/** @typedef {Event & Readonly<{ state: State, previous: State, reason: string, retryIn: number | null }>} StateChangeEvent */
/** @typedef {Event & Readonly<{ from: TransportName | "", to: TransportName | "", why: string }>} TransportChangeEvent */
/** @typedef {Event & Readonly<{ snapshot: Snapshot }>} SnapshotEvent */
/** @typedef {Event & Readonly<{ id: string, change: Change }>} ChangeEvent */
/** @typedef {Event & Readonly<{ reason: string, snapshot: Snapshot }>} ResetEvent */
/** @typedef {Event & Readonly<{ you?: string, count: number, peers: { peer: string, data: any }[] }>} PresenceEvent */
/** @typedef {Event & Readonly<{ from: string, to: string, data: any }>} SignalEvent */
/** @typedef {Event & Readonly<{ error: Error, problem: Problem }>} ErrorEvent */
/** @typedef {Event & Readonly<Trace>} TraceEvent */

/** What a PushClient shows: its events, and how it is. */
export class Surface extends EventTarget {
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
	#root;

	/** @param {HTMLElement | null} root	whose dataset tells, too */
	constructor(root) {
		super();
		handlers(this);
		this.#root = root;
		this.#show();
	}

	get state() {
		return this.#state;
	}

	get transport() {
		return this.#transport;
	}

	/** @protected @param {State} state @param {string} reason @param {number | null} [retryIn] */
	enter(state, reason, retryIn = null) {
		const previous = this.#state;

		if (state === previous && state !== "waiting")
			return;
		this.#state = state;
		if (state === "closed")
			this.#transport = "";
		this.#show();
		fire(this, "statechange", { state, previous, reason, retryIn });
	}

	/** @protected @param {{ from: TransportName | "", to: TransportName | "", why: string }} change */
	carry(change) {
		this.#transport = change.to;
		this.#show();
		fire(this, "transportchange", change);
	}

	#show() {
		Object.assign(this.#root?.dataset ?? {}, { state: this.#state, transport: this.#transport });
	}
}
