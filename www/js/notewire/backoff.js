// @ts-check

const FLOOR_MS = 500;
const CEIL_MS = 30_000;
const CLIMB_MS = [300_000, 600_000, 1_200_000];

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
	const roof = Math.min(CEIL_MS, FLOOR_MS * 2 ** (attempt + 1));
	return Math.round(FLOOR_MS + random * (roof - FLOOR_MS));
}

/**
 * When better transports are tried again: so long after a lesser one was
 * taken, and from then on each time the last of these has passed once more.
 *
 * @param {number} gone	milliseconds since then
 * @returns {number} milliseconds from now
 */
export function climbIn(gone) {
	const long = CLIMB_MS[2];
	return (CLIMB_MS.find((ms) => ms > gone) ?? (Math.floor(gone / long) + 1) * long) - gone;
}
