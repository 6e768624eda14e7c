// @ts-check

import { ApiError } from "./api.js";
import { noteName } from "./view_card.js";

/**
 * @import { BoardEvent } from "./board.js"
 * @import { Field, Note } from "./types.js"
 * @import { Saved, Writer } from "./write.js"
 */

/**
 * What comes of an action.
 * @typedef {object} Effects
 * @property {(event: BoardEvent) => void} apply
 * @property {(note: string) => void} dismiss	take the card away
 * @property {(text: string) => void} say
 * @property {(text: string, offer?: { label: string, act: () => void }) => void} toast
 */

/**
 * What the views may ask for.  Each action tells the person itself when it
 * is refused, and answers null then.
 */
export class Actions {
	#writer;
	#effects;

	/**
	 * @param {Writer} writer
	 * @param {Effects} effects
	 */
	constructor(writer, effects) {
		this.#writer = writer;
		this.#effects = effects;
	}

	/** @param {{ id: string }} doc */
	add(doc) {
		return this.#took(this.#writer.add(doc, doc.id));
	}

	/**
	 * @param {string} id
	 * @param {Field} field
	 * @param {{ rev: string, value: string }} base
	 * @param {string} mine
	 */
	async saveField(id, field, base, mine) {
		const saved = await this.#told(this.#writer.saveField(id, field, base, mine));

		if (saved && saved.outcome !== "gone")
			this.#effects.apply({ type: "note", note: saved.note });
		return saved;
	}

	/**
	 * @param {string} note
	 * @param {string} item
	 * @param {{ text?: string, done?: boolean }} change
	 * @returns {Promise<Saved | null>}
	 */
	async putItem(note, item, change) {
		const now = await this.#took(this.#writer.putItem(note, item, change));
		return now && { outcome: "saved", note: now };
	}

	/**
	 * @param {string} note
	 * @param {string} item
	 */
	deleteItem(note, item) {
		return this.#took(this.#writer.deleteItem(note, item));
	}

	/** @param {Note} note */
	async remove(note) {
		const rev = await this.#told(this.#writer.remove(note.id, note.rev));

		if (rev === null)
			return;
		this.#effects.apply({ type: "gone", id: note.id, rev });
		this.#effects.dismiss(note.id);
		this.#effects.toast(`Deleted “${noteName(note)}”.`,
			{ label: "Undo", act: () => this.restore(note.id) });
	}

	/** @param {string} id */
	restore(id) {
		return this.#took(this.#writer.restore(id));
	}

	/** @param {"read" | "write"} role */
	mint(role) {
		return this.#told(this.#writer.mint(role));
	}

	/** @param {string} text */
	tell(text) {
		this.#effects.say(text);
	}

	/**
	 * The note as a write of one's own left it.
	 * @param {Promise<Note>} sent
	 */
	async #took(sent) {
		const note = await this.#told(sent);

		if (note)
			this.#effects.apply({ type: "note", note });
		return note;
	}

	/**
	 * @template T
	 * @param {Promise<T>} sent
	 * @returns {Promise<T | null>}
	 */
	async #told(sent) {
		try {
			return await sent;
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error;
			if (error.note)
				this.#effects.apply({ type: "note", note: error.note });
			this.#effects.toast(`That was not saved. ${error.message}.`);
			return null;
		}
	}
}
