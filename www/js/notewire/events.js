// @ts-check

/**
 * What a listener hears.  Each is a real Event whose further properties can
 * only be read.
 *
 * @import { Change, Problem, Snapshot, State, Trace, TransportName } from "./types.js"
 */

/** @typedef {Event & Readonly<{ state: State, previous: State, reason: string, retryIn: number | null }>} StateChangeEvent */
/** @typedef {Event & Readonly<{ from: TransportName | "", to: TransportName | "", why: string }>} TransportChangeEvent */
/** @typedef {Event & Readonly<{ snapshot: Snapshot }>} SnapshotEvent */
/** @typedef {Event & Readonly<{ id: string, change: Change }>} ChangeEvent */
/** @typedef {Event & Readonly<{ reason: string, snapshot: Snapshot }>} ResetEvent */
/** @typedef {Event & Readonly<{ you?: string, count: number, peers: { peer: string, data: any }[] }>} PresenceEvent */
/** @typedef {Event & Readonly<{ from: string, to: string, data: any }>} SignalEvent */
/** @typedef {Event & Readonly<{ error: Error, problem: Problem }>} ErrorEvent */
/** @typedef {Event & Readonly<Trace>} TraceEvent */

export class NotewireEvent extends Event {
	/**
	 * @param {string} type
	 * @param {object} detail
	 */
	constructor(type, detail) {
		super(type);
		for (const [name, value] of Object.entries(detail))
			Object.defineProperty(this, name, { value, enumerable: true });
	}
}

/** An EventTarget that has `on<name>` for each of its events. */
export class Target extends EventTarget {
	/** @param {string[]} names */
	constructor(names) {
		super();
		for (const name of names)
			this.addEventListener(name, (event) => {
				const act = Reflect.get(this, `on${name}`);
				if (typeof act === "function")
					act.call(this, event);
			});
	}
}

/** What a WebSocket has beside its methods. */
export class SocketTarget extends Target {
	static CONNECTING = 0;
	static OPEN = 1;
	static CLOSING = 2;
	static CLOSED = 3;
	CONNECTING = 0;
	OPEN = 1;
	CLOSING = 2;
	CLOSED = 3;
	/** @type {((event: Event) => void) | null} */
	onopen = null;
	/** @type {((event: MessageEvent) => void) | null} */
	onmessage = null;
	/** @type {((event: Event) => void) | null} */
	onerror = null;
	/** @type {((event: CloseEvent) => void) | null} */
	onclose = null;
	extensions = "";

	constructor() {
		super(["open", "message", "error", "close"]);
	}
}

/** What a PushClient has beside its methods. */
export class ClientTarget extends Target {
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

	constructor() {
		super(["statechange", "transportchange", "snapshot", "change", "reset", "presence", "signal", "error", "trace"]);
	}

	/** @param {string} type @param {object} detail */
	fire(type, detail) {
		this.dispatchEvent(new NotewireEvent(type, detail));
	}
}
