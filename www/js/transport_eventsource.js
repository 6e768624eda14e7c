// @ts-check

import { apiStream } from "./api.js";

/**
 * @import { Transport } from "./types.js"
 */

/**
 * A path that streams shows it at once: after "up-to-date" one more small
 * heartbeat follows in a write of its own.  A path that gathers the response
 * until it ends never shows it.
 */
const PROOF_MS = 4_000;
/** Heartbeats come each 15 s; two may be lost. */
const SILENCE_MS = 40_000;

/**
 * Server-Sent Events.  EventSource's own reconnecting is not used: the feed
 * decides when and how to come back.
 * @type {Transport}
 */
export const eventsource = {
	name: "eventsource",
	open(board, sink) {
		const source = apiStream(board, sink.cursor());
		let upToDate = false;
		let proven = false;
		let timer = setTimeout(fail, PROOF_MS);

		function fail() {
			sink.fail(null);
		}
		function alive() {
			clearTimeout(timer);
			timer = setTimeout(fail, proven ? SILENCE_MS : PROOF_MS);
		}
		/**
		 * @param {string} name
		 * @param {(data: any) => void} act
		 */
		function on(name, act) {
			source.addEventListener(name, (event) => {
				const data = parse(/** @type {MessageEvent} */ (event).data);
				alive();
				if (data === null)
					fail();
				else
					act(data);
			});
		}

		on("message", (change) => sink.change(change));
		on("up-to-date", () => {
			upToDate = true;
		});
		on("heartbeat", () => {
			if (upToDate && !proven) {
				proven = true;
				alive();
				sink.live();
			}
		});
		on("reset", () => sink.reset());
		on("end", (data) => sink.end(data.reason));
		source.onerror = fail;

		return () => {
			clearTimeout(timer);
			source.close();
		};
	},
};

/** @param {string} text */
function parse(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}
