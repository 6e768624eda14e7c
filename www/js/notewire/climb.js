// @ts-check

/** So long after a lesser transport was taken the better ones are tried again,
    and from then on each time the last of these has passed once more. */
export const CLIMB_MS = [300_000, 600_000, 1_200_000];

export class Climb {
	/** The next time. */
	at = Infinity;
	#since = 0;

	/** It is another transport from now on. @param {number} now */
	restart(now) {
		this.#since = now;
	}

	/** @param {number} now @param {boolean} needed	whether there is a better one */
	plan(now, needed) {
		const long = CLIMB_MS[CLIMB_MS.length - 1];
		const gone = now - this.#since;

		this.at = needed ? this.#since + (CLIMB_MS.find((ms) => ms > gone) ?? (Math.floor(gone / long) + 1) * long) : Infinity;
	}
}
