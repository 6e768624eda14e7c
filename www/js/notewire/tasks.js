// @ts-check

/** @import { Sink, Transport } from "./types.js" */

/** @type {(() => void)[]} */
const acts = [];
const { port1, port2 } = new MessageChannel();

port1.onmessage = () => acts.shift()?.();

/**
 * The same transport, but all that it reports comes in a task of its own, as a
 * browser's own events do: who awaits one has time to listen for the next.
 * @param {Transport} transport
 * @returns {Transport}
 */
export function inTasks(transport) {
	const { open } = transport;

	return { ...transport, open: (link, sink, protocols) => open(link, /** @type {Sink} */ (Object.fromEntries(
		Object.entries(sink).map(([name, act]) => [name, (/** @type {any[]} */ ...words) => {
			acts.push(() => /** @type {any} */ (act)(...words));
			port2.postMessage(0);
		}]))), protocols) };
}
