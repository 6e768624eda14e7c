// @ts-check

import { apiChanges } from "./api.js";
import { pause } from "./pause.js";

/**
 * @import { Transport } from "./types.js"
 */

const EVERY_MS = 4_000;

/**
 * Asks every few seconds: works wherever a page can be loaded at all.
 * @type {Transport}
 */
export const poll = {
	name: "poll",
	open(board, sink) {
		const stop = new AbortController();

		async function run() {
			while (!stop.signal.aborted) {
				const page = await apiChanges(board, sink.cursor(), 0, stop.signal);
				sink.live();
				sink.page(page);
				if (page.pending === 0)
					await pause(EVERY_MS * (0.75 + Math.random() / 2), stop.signal);
			}
		}

		run().catch((error) => sink.fail(error));
		return () => stop.abort();
	},
};
