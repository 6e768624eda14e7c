// @ts-check

/** Does one thing after another; what is read meanwhile keeps its place. */
export class Turns {
	/** @type {Promise<void> | null} */
	#last = null;

	get busy() {
		return this.#last !== null;
	}

	/** @param {() => unknown} act */
	add(act) {
		const turn = Promise.resolve(this.#last).then(act).then(() => {
			if (this.#last === turn)
				this.#last = null;
		});
		this.#last = turn;
	}
}
