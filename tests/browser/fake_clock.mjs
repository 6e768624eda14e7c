/**
 * A clock whose timers the test lets run: `until` a time each that is due by
 * then, when it is due.  A machine that sleeps sets `at` ahead: what is due
 * then comes late.
 */
export function fakeClock() {
	const clock = { at: 0, timers: new Map(), n: 0, now: () => clock.at, wall: () => clock.at,
		set(act, ms) {
			clock.timers.set(++clock.n, [clock.at + ms, act]);
			return clock.n;
		},
		clear: (n) => clock.timers.delete(n),
		until(at) {
			for (let [n, due] = clock.next(); due && due[0] <= at; [n, due] = clock.next()) {
				clock.timers.delete(n);
				clock.at = Math.max(clock.at, due[0]);
				due[1]();
			}
			clock.at = at;
		},
		next: () => [...clock.timers].sort((a, b) => a[1][0] - b[1][0])[0] ?? [],
	};
	return clock;
}
