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
 * @param {AbortSignal} signal	stops it
 * @param {(method: "rest" | "wake" | "online", arg: any) => void} tell
 */
export function follow(clock, signal, tell) {
	/** @type {any} */
	let timer;

	/** @param {EventTarget} target @param {string} name @param {(event: any) => void} act */
	const on = (target, name, act) => target.addEventListener(name, act, { signal });
	const halt = () => clock.clear(timer);

	function letGo() {
		tell("rest", "hidden");
		timer = clock.set(letGo, HIDDEN_MS);
	}

	if (typeof document === "undefined")
		return;
	signal.addEventListener("abort", halt);
	on(document, "visibilitychange", () => {
		halt();
		if (document.visibilityState === "visible")
			tell("wake", "visible");
		else
			timer = clock.set(letGo, HIDDEN_MS);
	});
	on(document, "resume", () => tell("wake", "resumed"));
	on(window, "pagehide", () => tell("rest", "pagehide"));
	on(window, "pageshow", ({ persisted }) => persisted && tell("wake", "pageshow"));
	on(window, "online", () => tell("online", true));
	on(window, "offline", () => tell("online", false));
}
