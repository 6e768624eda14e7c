// @ts-check

import { cursorStep } from "./cursor.js";

/**
 * @import { Change, Page } from "./types.js"
 */

/**
 * A place in a board's log.  Rows may be offered again, as after a change of
 * transport; each is handed on once, in order.
 */
export class Reader {
	cursor;
	#hand;

	/**
	 * @param {string} cursor
	 * @param {(change: Change) => void} hand
	 */
	constructor(cursor, hand) {
		this.cursor = cursor;
		this.#hand = hand;
	}

	/**
	 * @param {Change} change
	 * @returns {boolean}	false: the snapshot is needed
	 */
	take(change) {
		const step = cursorStep(this.cursor, change.seq);

		if (step === "next") {
			this.cursor = change.seq;
			this.#hand(change);
		}
		return step !== "gap";
	}

	/**
	 * @param {Page} page
	 * @returns {boolean}	false: the snapshot is needed
	 */
	takePage(page) {
		return !page.reset && page.results.every((change) => this.take(change));
	}
}
