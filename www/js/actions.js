// @ts-check

import { noteName } from "./note.js";

/**
 * @import { Edit } from "./edits.js"
 * @import { Outbox } from "./outbox.js"
 * @import { Base } from "./view_field.js"
 * @import { Note } from "./types.js"
 */

/**
 * What comes of an action.
 * @typedef {object} Effects
 * @property {(note: string) => void} dismiss	take the card away
 * @property {(note: Note) => void} history	show what the note was
 * @property {(text: string, offer?: { label: string, act: () => void }) => void} toast
 */

/** What the views may ask for.  All of it shows at once, and is kept until it is done. */
export class Actions {
	#outbox;
	#effects;

	/**
	 * @param {Outbox} outbox
	 * @param {Effects} effects
	 */
	constructor(outbox, effects) {
		this.#outbox = outbox;
		this.#effects = effects;
	}

	/** @param {{ id: string }} doc */
	add({ id, ...doc }) {
		this.#outbox.add({ note: id, kind: "put", doc });
	}

	/**
	 * @param {string} note
	 * @param {"title" | "text"} field
	 * @param {Base} base
	 * @param {string} value
	 */
	edit(note, field, base, value) {
		this.#outbox.add({ note, kind: "field", field, value, base: base.value, rev: base.rev });
	}

	flush() {
		this.#outbox.flush();
	}

	/**
	 * What the last writer decides: colour, pin, place.
	 * @param {string} note
	 * @param {{ color?: string, pinned?: boolean, pos?: number }} doc
	 */
	set(note, doc) {
		this.#outbox.add({ note, kind: "set", doc });
	}

	/**
	 * @param {string} note
	 * @param {string} item
	 * @param {{ text?: string, done?: boolean, pos?: number }} doc
	 */
	putItem(note, item, doc) {
		this.#outbox.add({ note, kind: "item", item, doc });
	}

	/**
	 * @param {string} note
	 * @param {string} item
	 */
	deleteItem(note, item) {
		this.#outbox.add({ note, kind: "unitem", item });
	}

	/** @param {Note} note */
	remove(note) {
		this.#effects.dismiss(note.id);
		this.#outbox.add({ note: note.id, kind: "delete", rev: note.rev, last: note });
		this.#effects.toast(`Deleted “${noteName(note)}”.`,
			{ label: "Undo", act: () => this.restore(note) });
	}

	/** Out of the trash, or back to a revision. @param {Note} last @param {string} [rev] */
	restore(last, rev) {
		this.#outbox.add({ note: last.id, kind: "restore", rev, last });
	}

	/** @param {Note} note */
	history(note) {
		this.#effects.history(note);
	}

	/** @param {Edit} edit @param {string} value @param {Note} note */
	decide(edit, value, note) {
		this.#outbox.decide(edit, value, note);
	}

	/** @param {string} note */
	again(note) {
		this.#outbox.again(note);
	}

	/** @param {Note} note	that others deleted */
	putBack(note) {
		if (this.#outbox.edits.some((e) => e.note === note.id && e.state === "gone"))
			this.#outbox.putBack(note.id);
		else
			this.restore(note);
	}

	/** @param {string} note */
	letGo(note) {
		this.#outbox.drop(note);
		this.#effects.dismiss(note);
	}
}
