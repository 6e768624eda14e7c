// @ts-check

/**
 * Keeps a board in this browser as it was seen last: at once when it was opened,
 * then a while after each change.
 *
 * @import { Storage } from "./storage.js"
 * @import { Snapshot } from "./types.js"
 */

const KEEP_AFTER_MS = 2_000;

export class BoardKeeper {
	#storage;
	#board;
	#look;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	#kept = false;

	/**
	 * @param {Storage} storage
	 * @param {string} board
	 * @param {() => Snapshot | null} look	null: it is not to be kept now
	 */
	constructor(storage, board, look) {
		this.#storage = storage;
		this.#board = board;
		this.#look = look;
	}

	soon() {
		this.#timer ??= setTimeout(() => this.now(), this.#kept ? KEEP_AFTER_MS : 0);
	}

	now() {
		const snapshot = this.#look();

		clearTimeout(this.#timer);
		this.#timer = undefined;
		this.#kept ||= snapshot !== null;
		if (snapshot)
			this.#storage.keepBoard(this.#board, snapshot).catch(() => {});
	}

	/** It may not be seen any more. */
	forget() {
		clearTimeout(this.#timer);
		this.#storage.keepBoard(this.#board, null).catch(() => {});
	}
}
