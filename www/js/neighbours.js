// @ts-check

/** Which other tabs of this browser have the page open. */

const PATIENCE_MS = 300;

export class Neighbours {
	#channel;
	#tab;
	/** It goes, and answers nobody any more; it may come back. */
	#leaving = false;

	/**
	 * @param {string} name
	 * @param {string} tab
	 */
	constructor(name, tab) {
		this.#tab = tab;
		this.#channel = new BroadcastChannel(name);
		this.#channel.addEventListener("message", ({ data }) => {
			if (data.ask && data.ask !== tab && !this.#leaving)
				this.#channel.postMessage({ here: tab });
		});
		window.addEventListener("pagehide", () => {
			this.#leaving = true;
			this.#channel.postMessage({ left: tab });
		});
		window.addEventListener("pageshow", () => {
			this.#leaving = false;
		});
	}

	/**
	 * @param {() => void} left	one of them has gone
	 * @param {AbortSignal} signal	ends it
	 */
	watch(left, signal) {
		this.#channel.addEventListener("message", ({ data }) => data.left && left(), { signal });
	}

	/**
	 * @param {number} [patience]	in which they have to answer, in ms
	 * @returns {Promise<Set<string>>}	those that answer, and this one; one that
	 *	sleeps does not
	 */
	async living(patience = PATIENCE_MS) {
		const here = new Set([this.#tab]);
		/** @param {MessageEvent} event */
		const hear = ({ data }) => void (data.here && here.add(data.here));

		this.#channel.addEventListener("message", hear);
		this.#channel.postMessage({ ask: this.#tab });
		await new Promise((resolve) => setTimeout(resolve, patience));
		this.#channel.removeEventListener("message", hear);
		return here;
	}

	close() {
		this.#channel.close();
	}
}
