// @ts-check

import { ApiError } from "./api.js";
import { backoff } from "./notewire/backoff.js";
import { clock } from "./notewire/clock.js";
import { pause } from "./notewire/pause.js";

/**
 * Repeats one request until the service has given a definite answer.  The
 * caller uses the same Idempotency-Key for all tries, so a write whose answer
 * was lost is still made once.
 *
 * @template T
 * @param {() => Promise<T>} attempt
 * @param {AbortSignal} signal	gives up between two tries
 * @param {(waiting: boolean) => void} [tell]	whether it is waiting
 * @returns {Promise<T>}	rejects with the ApiError of a definite refusal
 */
export async function persist(attempt, signal, tell = () => {}) {
	for (let n = 0; ; n++) {
		try {
			const answer = await attempt();
			tell(false);
			return answer;
		} catch (error) {
			const passing = error instanceof ApiError && error.passing;
			tell(passing && !signal.aborted);
			if (!passing || signal.aborted)
				throw error;
			await pause(clock, Math.max(backoff(n, Math.random()), error.retryAfterMs), signal);
		}
	}
}
