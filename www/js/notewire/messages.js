// @ts-check

/**
 * What the text feeds bring, as the messages that a WebSocket would.
 *
 * @import { Sink } from "./types.js"
 */

import { frameOf } from "./bytes.js";

const CODES = { shutdown: 1012, busy: 1013, expired: 4401, revoked: 4403, gone: 4404 };

/**
 * @param {Sink} sink
 * @param {{ event: string, id?: string, data: any, retry?: number }} message
 * @param {number} [cost]	as a Sink's
 */
export function tell(sink, message, cost = 0) {
	const { event, data, retry } = message;

	if (event === "signal" && data.base64 !== undefined)
		return sink.message(frameOf(data.to === undefined ? 1 : 2, data.from ?? "",
			Uint8Array.from(atob(data.base64), (c) => c.charCodeAt(0))), cost);
	sink.message(JSON.stringify(message), cost);
	if (event === "end")
		sink.end({ code: Reflect.get(CODES, data.reason) ?? 1000, reason: data.reason, clean: true, retry });
	else if (event === "reset")
		sink.end({ code: 1000, reason: event, clean: true });
}

/**
 * One line of a page, of a frame or of NDJSON.
 * @param {Sink} sink
 * @param {any} line
 * @param {number} cost
 */
export function tellLine(sink, line, cost) {
	const { event = "heartbeat", retry, ...data } = line;

	if (line.seq !== undefined && !line.event)
		tell(sink, { event: "change", id: line.seq, data }, cost);
	else if (event !== "open")
		tell(sink, { event, data, retry }, cost);
}

/**
 * What a port brings is told; with `sinkOf` at its other end.
 * @param {MessagePort} port
 * @param {Sink} sink
 */
export function listen(port, sink) {
	port.onmessage = ({ data: [name, ...words] }) => Reflect.get(sink, name)(...words);
}

/**
 * What is told goes there, and comes out in a task of its own.
 * @param {MessagePort} port
 * @returns {Sink}
 */
export function sinkOf(port) {
	const by = (/** @type {string} */ name) => (/** @type {any[]} */ ...words) => port.postMessage([name, ...words]);

	return { open: by("open"), message: by("message"), end: by("end") };
}
