// @ts-check

import { idNew } from "./id.js";
import { noteName } from "./note.js";
import { FILES, NOTE, sizeWords } from "./text.js";

/**
 * @import { Edit } from "./edits.js"
 * @import { ShownFile } from "./files.js"
 * @import { Base } from "./view_field.js"
 * @import { Note } from "./types.js"
 */

/** @typedef {{ note: string, keep: (file: File) => void, left: () => void }} Drawing */
/**
 * What comes of an action.
 * @typedef {object} Effects
 * @property {(note: string) => void} dismiss	take the card away
 * @property {(note: Note) => void} history	show what the note was
 * @property {(text: string, offer?: { label: string, act: () => void }) => void} toast
 * @property {(note: string) => void} typing	somebody is
 * @property {(begin: () => Drawing) => void} sketch	have one drawn, which begins once there is paper
 * @property {<T>(load: () => Promise<T>, open: (part: T) => void) => void} open	a part that comes late
 * @property {() => number} fileBytes	how large a file may be
 */

/** What the views may ask for.  All of it shows at once, and is kept until it is done. */
export class Actions {
	#outbox;
	#files;
	#effects;

	/**
	 * @param {import("./sending.js").Sending} sending
	 * @param {Effects} effects
	 */
	constructor({ outbox, files }, effects) {
		this.#outbox = outbox;
		this.#files = files;
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
		this.#effects.typing(note);
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
		if (doc.text !== undefined)
			this.#effects.typing(note);
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
		this.#effects.toast(NOTE.deleted(noteName(note)),
			{ label: NOTE.undo, act: () => this.restore(note) });
	}

	/** Out of the trash, or back to a revision. @param {Note} last @param {string} [rev] */
	restore(last, rev) {
		this.#outbox.add({ note: last.id, kind: "restore", rev, last });
	}

	/** @param {Note} note */
	history(note) {
		this.#effects.history(note);
	}

	/** @param {string | null} note	null: a new one @param {readonly File[]} files */
	attach(note, files) {
		const most = this.#effects.fileBytes();
		const fit = files.filter((f) => f.size <= most);
		const large = files.find((f) => f.size > most);

		if (large)
			this.#effects.toast(FILES.tooLarge(large.name, sizeWords(most)));
		if (fit.length === 0)
			return;
		const id = note ?? idNew();
		if (note === null)
			this.add(/** @type {any} */ ({ id, kind: "text", title: "", text: "" }));
		this.#files.add(id, fit);
	}

	/** @param {string | null} note	null: a new one */
	sketch(note) {
		this.#effects.sketch(() => {
			const id = note ?? idNew();

			if (note === null)
				this.add(/** @type {any} */ ({ id, kind: "text", title: FILES.sketch, text: "" }));
			return { note: id, keep: (file) => this.attach(id, [file]), left: () => note === null && this.#discard(id) };
		});
	}

	/** @template T @param {() => Promise<T>} load @param {(part: T) => void} show	what comes late */
	open(load, show) {
		this.#effects.open(load, show);
	}

	/** What nothing was put into. @param {string} note */
	#discard(note) {
		this.#effects.dismiss(note);
		this.#outbox.add({ note, kind: "delete", rev: "*" });
	}

	/** @param {string} note @param {ShownFile} file */
	detach(note, file) {
		this.#files.remove(note, file);
		this.#effects.toast(FILES.removed(file.name), file.bytes ? undefined
			: { label: FILES.undo, act: () => this.#files.undo(file.id) });
	}

	/** @param {string} file */
	sendAgain(file) {
		this.#files.again(file);
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
