// @ts-check

/**
 * Takes each transport for a moment and counts what it costs, so that they
 * can be compared on the very path that a person has.
 *
 * @import { Trace, TransportName } from "./notewire/types.js"
 */

import { PushClient } from "./notewire/index.js";

/** @type {TransportName[]} */
export const TRANSPORTS = ["websocket", "eventsource", "htmlfile", "longpoll", "poll"];
/** Longer than any transport needs to prove itself. */
const PATIENCE_MS = 9_000;
/** Then some more is heard. */
const LISTEN_MS = 1_500;

/**
 * @param {string} board
 * @param {string} since	a cursor
 * @param {TransportName} transport
 * @param {(trace: Trace) => void} heard
 * @param {AbortSignal} signal
 * @returns {Promise<boolean>}	whether it works here
 */
export async function measure(board, since, transport, heard, signal) {
	const client = new PushClient({ board, since, transports: [transport], tabs: false, root: null,
		storage: { getItem: () => null, setItem: () => {} } });

	client.ontrace = heard;
	try {
		return await new Promise((resolve) => {
			const timer = setTimeout(resolve, PATIENCE_MS, false);
			client.onstatechange = ({ state }) => {
				if (state !== "open")
					return;
				clearTimeout(timer);
				setTimeout(resolve, LISTEN_MS, true);
			};
			signal.addEventListener("abort", () => resolve(false), { once: true });
			client.connect();
		});
	} finally {
		client.close();
	}
}
