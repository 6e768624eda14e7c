// @ts-check

/** @import { Clock } from "./types.js" */

/** @type {Clock} */
export const clock = {
	now: () => performance.now(),
	wall: () => Date.now(),
	set: (act, ms) => setTimeout(act, ms),
	clear: (timer) => clearTimeout(timer),
};
