// @ts-check

/**
 * All that goes from this browser to a board: edits and files.
 *
 * @import { BoardState } from "./board.js"
 * @import { Home } from "./home.js"
 */

import { apiNote } from "./api.js";
import { boardKnown } from "./board.js";
import { FileOutbox } from "./file_outbox.js";
import { Outbox } from "./outbox.js";
import { FILES, NOT_DONE } from "./text.js";

/**
 * @typedef {object} SendingMeans
 * @property {(op: any) => Promise<{ rev?: string }>} publish	rejects with status and problem
 * @property {() => BoardState} state	as the service told it
 * @property {() => void} changed
 */

export class Sending {
	outbox;
	files;
	/** Done when what was looked for last is here. @type {Promise<unknown>} */
	#loaded = Promise.resolve();

	/**
	 * @param {string} board
	 * @param {Home} home
	 * @param {SendingMeans} means
	 */
	constructor(board, home, { publish, state, changed }) {
		this.outbox = new Outbox(board, home.tab, home.storage, {
			publish, changed,
			note: (note) => apiNote(board, note),
			refused: (_, problem) => home.shell.toast(NOT_DONE(problem)),
		});
		this.files = new FileOutbox(board, home.tab, home.place, {
			changed,
			there: (note) => state().notes.has(note)
				|| !this.outbox.edits.some((e) => e.note === note && e.state === ""),
			lost: ({ name }, problem) => home.shell.toast(FILES.lost(name, problem)),
		});
	}

	/** How much the service has not got. */
	get pending() {
		return this.outbox.pending + this.files.tasks.pending;
	}

	/** Whether leaving the page now would lose something. */
	get atRisk() {
		return this.outbox.atRisk || this.files.tasks.atRisk;
	}

	/**
	 * Takes over what earlier visits left, and tabs that are no more.
	 * @param {import("./neighbours.js").Neighbours} neighbours
	 * @param {number} [patience]	with them
	 */
	load(neighbours, patience) {
		this.#loaded = this.#loaded.then(() => Promise.allSettled(
			[this.outbox.load(neighbours, patience), this.files.tasks.load(neighbours, patience)]));
		return this.#loaded;
	}

	/** What is kept may go from now on. */
	start() {
		this.outbox.start();
		this.files.start();
	}

	/** For good: the board is left, or takes nothing any more. */
	close() {
		this.outbox.close();
		this.files.close();
	}

	/** @param {BoardState} state	as the service has it now */
	confirm(state) {
		this.outbox.confirm((note) => boardKnown(state, note));
		this.files.tasks.confirm(state.notes);
		this.files.look();
	}

	/** Whether a note's last change may have come from here. @param {string} note */
	touches(note) {
		return this.outbox.edits.some((e) => e.note === note && e.sent) || this.files.touches(note);
	}
}
