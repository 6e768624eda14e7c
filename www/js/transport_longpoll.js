// @ts-check

import { apiChanges } from "./api.js";
import { pause } from "./pause.js";

/**
 * @import { Transport } from "./types.js"
 */

const HOLD_MS = 25_000;
/** An empty answer sooner than this was not held: the service is full. */
const HELD_MS = 1_000;
const FULL_PAUSE_MS = 4_000;

/**
 * One request is held until something happens, then the next.  The first is
 * an ordinary poll, so that the page knows at once whether it is heard.
 * @type {Transport}
 */
export const longpoll = {
	name: "longpoll",
	open(board, sink) {
		const stop = new AbortController();

		async function run() {
			let hold = 0;
			while (!stop.signal.aborted) {
				const begun = performance.now();
				const page = await apiChanges(board, sink.cursor(), hold, stop.signal);
				sink.live();
				sink.page(page);
				const quick = performance.now() - begun < HELD_MS;
				if (hold > 0 && quick && page.results.length === 0)
					await pause(FULL_PAUSE_MS, stop.signal);
				hold = HOLD_MS;
			}
		}

		run().catch((error) => sink.fail(error));
		return () => stop.abort();
	},
};
