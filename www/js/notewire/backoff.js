// @ts-check

export const BACKOFF_FLOOR_MS = 500;
export const BACKOFF_CEIL_MS = 30_000;

/**
 * How long to wait before try number `attempt` (0 is the first repetition).
 *
 * Full jitter: anything between the floor and a roof that doubles, so that a
 * thousand pages cut off at one moment do not come back at one moment.
 *
 * @param {number} attempt
 * @param {number} random	in [0, 1)
 * @returns {number} milliseconds
 */
export function backoff(attempt, random) {
	const roof = Math.min(BACKOFF_CEIL_MS, BACKOFF_FLOOR_MS * 2 ** (attempt + 1));
	return Math.round(BACKOFF_FLOOR_MS + random * (roof - BACKOFF_FLOOR_MS));
}
