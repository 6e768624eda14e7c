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
