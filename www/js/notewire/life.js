// @ts-check

/**
 * The life of a page, told to whom it may concern.  Never by `unload`, which
 * would keep the page out of the back-forward cache.
 *
 * @import { Clock } from "./types.js"
 */

const HIDDEN_MS = 30_000;

/**
 * @typedef {object} Living
 * @property {(reason: string) => void} rest
 * @property {(why: string) => void} wake
 * @property {(online: boolean) => void} online
 */

/**
 * @param {Clock} clock
 * @param {Living} living
 * @returns {() => void}	stops it
 */
export function follow(clock, living) {
	const stop = new AbortController();
	const { signal } = stop;
	/** @type {any} */
	let timer;

	if (typeof document === "undefined")
		return () => {};
	function looked() {
		clock.clear(timer);
		if (document.visibilityState === "visible")
			living.wake("visible");
		else
			timer = clock.set(function letGo() {
				living.rest("hidden");
				timer = clock.set(letGo, HIDDEN_MS);
			}, HIDDEN_MS);
	}
	document.addEventListener("visibilitychange", looked, { signal });
	document.addEventListener("resume", () => living.wake("resumed"), { signal });
	addEventListener("pagehide", () => living.rest("pagehide"), { signal });
	addEventListener("pageshow", ({ persisted }) => persisted && living.wake("pageshow"), { signal });
	addEventListener("online", () => living.online(true), { signal });
	addEventListener("offline", () => living.online(false), { signal });
	return () => {
		clock.clear(timer);
		stop.abort();
	};
}
