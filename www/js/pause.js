// @ts-check

/**
 * Resolves after `ms`, or at once when `signal` fires; the caller looks at
 * the signal to tell which.
 *
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
	return new Promise((resolve) => {
		const timer = setTimeout(done, ms);

		function done() {
			clearTimeout(timer);
			signal.removeEventListener("abort", done);
			resolve();
		}
		signal.addEventListener("abort", done);
		if (signal.aborted)
			done();
	});
}
