// @ts-check

/**
 * @import { ChangeEvent, ErrorEvent, PresenceEvent, ResetEvent, SignalEvent, SnapshotEvent, State } from "./types.js"
 * @import { StateChangeEvent, TraceEvent, TransportChangeEvent, TransportName } from "./types.js"
 */

import { fire, handlers } from "./events.js";

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
