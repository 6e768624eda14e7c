// @ts-check

/** After so long on a lesser transport the better ones are tried again; then
    each time the last of these has passed once more. */
export const CLIMB_MS = [300_000, 600_000, 1_200_000];

/** When to try better transports. */
export class Climb {
	/** The next time; Infinity while there is nothing to climb from. */
	at = Infinity;
	#since = 0;
	#n = 0;

	/** It is another transport from now on. @param {number} now */
	restart(now) {
		this.#since = now;
		this.#n = 0;
	}

	/** @param {number} now */
	plan(now) {
		const last = CLIMB_MS.length - 1;
		do
			this.at = this.#since + (CLIMB_MS[this.#n++] ?? CLIMB_MS[last] * (this.#n - last));
		while (this.at <= now);
		this.#n--;
	}

	rest() {
		this.at = Infinity;
	}
}
