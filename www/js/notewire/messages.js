// @ts-check

/**
 * What the text feeds bring, as the messages that a WebSocket would.
 *
 * @import { End, Sink } from "./types.js"
 */

const CODES = { shutdown: 1012, busy: 1013, expired: 4401, revoked: 4403, gone: 4404 };

/**
 * @param {string} reason	of an `end`
 * @param {number} [retry]
 * @returns {End}
 */
export function endFor(reason, retry) {
	return { code: CODES[/** @type {keyof CODES} */ (reason)] ?? 1000, reason, clean: true, retry };
}

/**
 * One event, its data still as text; `cost` as a Sink's.
 * @param {Sink} sink
 * @param {string} event
 * @param {string} data
 * @param {{ id?: string, retry?: number, cost?: number }} more
 */
export function tell(sink, event, data, { id, retry, cost = 0 } = {}) {
	if (event === "signal") {
		const signal = JSON.parse(data);
		if (signal.base64 !== undefined) {
			sink.bytes(frame(signal), cost);
			return;
		}
	}
	sink.text(`{"event":"${event}",${id ? `"id":"${id}",` : ""}"data":${data}${retry ? `,"retry":${retry}` : ""}}`, cost);
	if (event === "end")
		sink.end(endFor(JSON.parse(data).reason, retry));
	else if (event === "reset")
		sink.end(endFor("reset"));
}

/**
 * One line of a page, of a frame or of NDJSON.
 * @param {Sink} sink
 * @param {any} line
 * @param {number} cost
 */
export function tellLine(sink, line, cost) {
	const { event, retry, ...data } = line;

	if (line.seq !== undefined && event === undefined)
		tell(sink, "change", JSON.stringify(line), { id: line.seq, cost });
	else if (event !== "open")
		tell(sink, event ?? "heartbeat", JSON.stringify(data), { retry, cost });
}

/**
 * The binary message of a WebSocket: 1 0 and bytes for all, 2 22 and a peer's
 * id before them for one; where it was sent by a peer, that one's id.
 * @param {{ from?: string, to?: string, base64: string }} signal
 */
function frame({ from = "", to, base64 }) {
	const body = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
	return frameOf(to === undefined ? 1 : 2, from, body);
}

/**
 * @param {number} tag
 * @param {string} peer
 * @param {Uint8Array} body
 * @returns {ArrayBuffer}
 */
export function frameOf(tag, peer, body) {
	const out = new Uint8Array(2 + peer.length + body.length);

	out.set([tag, peer.length, ...new TextEncoder().encode(peer)]);
	out.set(body, 2 + peer.length);
	return out.buffer;
}

/**
 * @param {ArrayBuffer} buffer
 * @returns {{ one: boolean, peer: string, body: Uint8Array }}
 */
export function frameRead(buffer) {
	const bytes = new Uint8Array(buffer);
	const start = 2 + (bytes[1] ?? 0);

	return { one: bytes[0] === 2, peer: new TextDecoder().decode(bytes.subarray(2, start)),
		body: bytes.subarray(start) };
}
