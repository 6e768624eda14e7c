// @ts-check

/**
 * What the connection carried, for the inspector: the last messages, and what
 * each transport cost.  Pure.
 *
 * @import { Trace, TransportName } from "./notewire/types.js"
 */

const KEPT = 200;

/** @typedef {Trace & { cursor: string }} Row */
/** @typedef {{ transport: TransportName, messages: number, bytes: number, headers: number }} Cost */

export class TraceLog {
	/** @type {Row[]}	the latest first */
	rows = [];
	/** @type {Map<TransportName, Cost>} */
	#costs = new Map();

	/** @param {Trace} trace */
	add({ direction, transport, bytes, headerBytes, at, kind, text }) {
		const cost = this.#costs.get(transport) ?? { transport, messages: 0, bytes: 0, headers: 0 };

		this.#costs.set(transport, {
			transport, messages: cost.messages + 1, bytes: cost.bytes + bytes, headers: cost.headers + headerBytes,
		});
		this.rows = [{ direction, transport, bytes, headerBytes, at, kind, text, cursor: cursorIn(text) },
			...this.rows.slice(0, KEPT - 1)];
	}

	/** @returns {Cost[]}	the dearest headers a message first */
	get costs() {
		return [...this.#costs.values()].sort((a, b) => b.headers / b.messages - a.headers / a.messages);
	}
}

/** @param {string} text	of a message */
function cursorIn(text) {
	return /^{"event":"[\w-]+","id":"([\w-]+)"/.exec(text)?.[1] ?? "";
}
