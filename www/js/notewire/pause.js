// @ts-check

/** @import { Clock } from "./types.js" */

/**
 * @param {Clock} clock
 * @param {number} ms
 * @param {AbortSignal} signal	ends it early
 * @returns {Promise<void>}
 */
export function pause(clock, ms, signal) {
	return new Promise((resolve) => {
		const timer = clock.set(resolve, ms);
		signal.addEventListener("abort", () => {
			clock.clear(timer);
			resolve();
		}, { once: true });
	});
}
