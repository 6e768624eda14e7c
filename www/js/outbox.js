// @ts-check

/**
 * Keeps what this browser changes until the service has it, stored before it
 * goes.  The edits of one note go one after another.
 *
 * @import { Edit } from "./edits.js"
 * @import { Neighbours } from "./neighbours.js"
 * @import { Storage } from "./storage.js"
 * @import { Note } from "./types.js"
 */

import { editsAdd, editsAgain, editsConfirm, editsDecide, editsDone, editsGone, editsRebase, replace } from "./edits.js";
import { idNew, keyNew } from "./id.js";
import { Kept } from "./kept.js";
import { editFailure, editOp, editsDue } from "./ops.js";

const RETRY_MS = 3_000;

/**
 * @typedef {object} Means
 * @property {(op: any) => Promise<{ rev?: string }>} publish	rejects with status and problem
 * @property {(note: string) => Promise<Note | null>} note	as it is now; null when it is nowhere
 * @property {() => void} changed
 * @property {(edit: Edit, problem: string) => void} refused	it was given up
 */

export class Outbox {
	#board;
	#tab;
	#storage;
	#kept;
	#means;
	/** @type {Set<string>} notes with an edit on its way */
	#busy = new Set();
	/** When somebody typed last. */
	#quietAt = 0;
	#open = false;
	#closed = false;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/**
	 * @param {string} board
	 * @param {string} tab
	 * @param {Storage} storage
	 * @param {Means} means
	 */
	constructor(board, tab, storage, means) {
		this.#board = board;
		this.#tab = tab;
		this.#storage = storage;
		this.#means = means;
		this.#kept = new Kept(storage, () => {
			means.changed();
			this.#play();
		});
	}

	get edits() {
		return this.#kept.edits;
	}

	/** How many the service has not got. */
	get pending() {
		return this.#kept.pending;
	}

	get atRisk() {
		return this.#kept.atRisk;
	}

	/** @param {Neighbours} neighbours @param {number} [patience] */
	load = (neighbours, patience) => this.#kept.load(this.#board, this.#tab, neighbours, patience);

	/** What is kept may go from now on. */
	start() {
		this.#open = true;
		this.#play();
	}

	/** For good: the board is left, or takes nothing any more. */
	close() {
		this.#closed = true;
		clearTimeout(this.#timer);
	}

	/** @param {Pick<Edit, "note" | "kind"> & Partial<Edit>} edit */
	add(edit) {
		if (edit.kind === "field")
			this.#quietAt = Date.now();
		this.#kept.turn(editsAdd(this.edits, this.#made(edit)));
	}

	/** @param {Pick<Edit, "note" | "kind"> & Partial<Edit>} edit @returns {Edit} */
	#made(edit) {
		return { id: idNew(), key: keyNew(), board: this.#board, tab: this.#tab,
			at: Date.now(), sent: false, state: "", ...edit };
	}

	/** Sends without waiting for a pause. */
	flush() {
		this.#quietAt = 0;
		this.#play();
	}

	/** @param {(note: string) => number} known	as editsConfirm */
	confirm(known) {
		this.#kept.turn(editsConfirm(this.edits, known));
	}

	/** @param {Edit} edit @param {string} value @param {Note} note */
	decide(edit, value, note) {
		this.#kept.turn(editsDecide(this.edits, edit, value, note));
		this.flush();
	}

	/** What came to nothing is tried again. @param {string} note */
	again(note) {
		this.#kept.turn(editsAgain(this.edits, note, keyNew));
	}

	/** The note comes out of the trash, and its edits with it. @param {string} note */
	putBack(note) {
		const first = this.edits.find((e) => e.note === note && e.state === "gone");
		if (!first)
			return;
		this.#kept.turn(this.edits.flatMap((e) => (e === first ? [this.#made({ note, kind: "restore", at: e.at - 1 }), e] : [e])));
		this.again(note);
	}

	/** @param {string} note	whose edits are given up */
	drop(note) {
		this.#kept.turn(this.edits.filter((e) => e.note !== note));
	}

	#play() {
		clearTimeout(this.#timer);
		if (!this.#open || this.#closed)
			return;
		const { due, wait } = editsDue(this.edits, this.#busy, Date.now(), this.#quietAt);
		for (const edit of due)
			this.#send(edit);
		if (wait < Infinity)
			this.#timer = setTimeout(() => this.#play(), wait);
	}

	/** @param {Edit} edit */
	async #send(edit) {
		const sent = { ...edit, sent: true };

		this.#busy.add(edit.note);
		this.#kept.edits = replace(this.edits, sent);
		await this.#kept.stored;
		if (!await this.#storage.claim(sent, this.#tab).catch(() => true)) {
			this.#kept.edits = this.edits.filter((e) => e.id !== edit.id);	/* another tab did it */
		} else {
			await this.#means.publish(editOp(sent)).then(
				(result) => this.#kept.turn(editsDone(this.edits, sent, result.rev ?? "0")),
				(error) => this.#failed(sent, error));
		}
		this.#busy.delete(edit.note);
		this.#means.changed();
		this.#play();
	}

	/** @param {Edit} edit @param {any} error */
	async #failed(edit, error) {
		const outcome = editFailure(edit, error);

		if (outcome === "later")
			await later();
		else if (outcome === "done")
			this.#kept.turn(editsDone(this.edits, edit, "0"));
		else if (outcome === "changed")
			await this.#changed(edit);
		else if (outcome === "refused")
			this.#kept.turn(replace(this.edits, { ...edit, key: keyNew(), sent: false, state: "refused", reason: error.message }));
		else {
			this.#kept.turn(this.edits.filter((e) => e.id !== edit.id));
			this.#means.refused(edit, error.message);
		}
	}

	/** The note is not what was edited. @param {Edit} edit */
	async #changed(edit) {
		const note = await this.#means.note(edit.note).catch(() => undefined);

		if (note === undefined)
			await later();
		else if (!note || note.trashed_at !== null || edit.kind !== "field")
			this.#kept.turn(editsGone(this.edits, edit.note, note, keyNew));
		else
			this.#kept.turn(editsRebase(this.edits, edit, note, keyNew()));
	}
}

function later() {
	return new Promise((resolve) => setTimeout(resolve, RETRY_MS));
}
