// @ts-check

/**
 * The life of a page, told to whom it may concern.  Never by `unload`, which
 * would keep the page out of the back-forward cache.
 *
 * @import { Clock } from "./types.js"
 */

const HIDDEN_MS = 30_000;

/**
 * @param {Clock} clock
 * @param {(method: "rest" | "wake" | "online", arg: any) => void} tell
 * @returns {() => void}	stops it
 */
export function follow(clock, tell) {
	const stop = new AbortController();
	const { signal } = stop;
	/** @type {any} */
	let timer;

	if (typeof document === "undefined")
		return () => {};
	function looked() {
		clock.clear(timer);
		if (document.visibilityState === "visible")
			tell("wake", "visible");
		else
			timer = clock.set(function letGo() {
				tell("rest", "hidden");
				timer = clock.set(letGo, HIDDEN_MS);
			}, HIDDEN_MS);
	}
	document.addEventListener("visibilitychange", looked, { signal });
	document.addEventListener("resume", () => tell("wake", "resumed"), { signal });
	addEventListener("pagehide", () => tell("rest", "pagehide"), { signal });
	addEventListener("pageshow", ({ persisted }) => persisted && tell("wake", "pageshow"), { signal });
	addEventListener("online", () => tell("online", true), { signal });
	addEventListener("offline", () => tell("online", false), { signal });
	return () => {
		clock.clear(timer);
		stop.abort();
	};
}
