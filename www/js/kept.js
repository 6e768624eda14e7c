// @ts-check

/**
 * The list of edits, kept in the storage as it goes on.
 *
 * @import { Edits } from "./edits.js"
 * @import { Neighbours } from "./neighbours.js"
 * @import { Storage } from "./storage.js"
 */

export class Kept {
	/** @type {Edits} */
	edits = [];
	/** Done when what was turned so far is stored. */
	stored = Promise.resolve();
	#storage;
	#turned;

	/**
	 * @param {Storage} storage
	 * @param {() => void} turned
	 */
	constructor(storage, turned) {
		this.#storage = storage;
		this.#turned = turned;
	}

	/**
	 * Takes over what tabs left that are no more.
	 * @param {string} board
	 * @param {string} tab
	 * @param {Neighbours} neighbours
	 * @param {number} [patience]	with them
	 */
	async load(board, tab, neighbours, patience) {
		const left = await this.#storage.edits(board);
		if (left.length === 0)
			return;
		const living = await neighbours.living(patience);
		const taken = [];
		for (const edit of left) {
			const mine = { ...edit, tab };
			if (!living.has(edit.tab) && await this.#storage.claim(mine, edit.tab))
				taken.push(mine);
		}
		this.edits = [...taken, ...this.edits];
		this.#turned();
	}

	/** How many are not on the board yet. */
	get pending() {
		return this.edits.filter((e) => e.state !== "done").length;
	}

	/** Whether leaving the page now would lose something. */
	get atRisk() {
		return !this.#storage.lasting && this.pending > 0;
	}

	/** @param {Edits} edits */
	turn(edits) {
		const before = this.edits;
		if (edits === before)
			return;
		const old = new Set(before);
		const now = new Map(edits.filter((e) => e.state !== "done").map((e) => [e.id, e]));
		const put = [...now.values()].filter((e) => !old.has(e));
		const gone = before.filter((e) => !now.has(e.id)).map((e) => e.id);

		this.edits = edits;
		/* Handed over at once, since the page may go; the database keeps the order. */
		const keeping = this.#storage.keep(put, gone).catch(() => {
			this.#storage.lasting = false;
		});
		this.stored = Promise.all([this.stored, keeping]).then(() => {});
		this.#turned();
	}
}
