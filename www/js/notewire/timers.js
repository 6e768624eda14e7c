// @ts-check

/** @import { Clock } from "./types.js" */

const TICK_MS = 10_000;
const LATE_MS = 8_000;

/**
 * What is to be done when, by name.  A timer that comes late, by the clock of
 * the day, tells that time has jumped.
 * @param {Clock} clock
 * @param {() => void} jumped	called before what is late is done
 */
export function timersOf(clock, jumped) {
	/** @type {Map<unknown, { at: number, act: () => void }>} */
	const all = new Map();
	/** @type {any} */
	let timer;

	function arm() {
		const ms = Math.max(0, Math.min(TICK_MS, ...[...all.values()].map(({ at }) => at - clock.now())));
		const due = clock.wall() + ms;

		clock.clear(timer);
		if (all.size)
			timer = clock.set(() => {
				if (Math.abs(clock.wall() - due) > LATE_MS)
					jumped();
				for (const [name, { at, act }] of all)
					if (clock.now() >= at && all.delete(name))
						act();
				arm();
			}, ms);
	}

	return {
		/** In place of what has that name. @param {unknown} name @param {number} ms @param {() => void} act */
		set(name, ms, act) {
			all.set(name, { at: clock.now() + ms, act });
			arm();
		},
		/** @param {unknown} name */
		drop: (name) => all.delete(name),
		clear() {
			all.clear();
			arm();
		},
	};
}
