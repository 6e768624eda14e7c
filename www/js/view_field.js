// @ts-check

import { fitHeight, fromTemplate, need, replaceText } from "./view_dom.js";

/**
 * @import { Note } from "./types.js"
 * @import { Saved } from "./write.js"
 */

/** A pause in typing this long saves. */
const SAVE_AFTER_MS = 700;

/**
 * @typedef {object} FieldOptions
 * @property {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} element
 * @property {(note: Note) => string} read
 * @property {(base: { rev: string, value: string }, mine: string) => Promise<Saved | null>} save
 *	null: refused or given up, and the person was told
 * @property {() => void} conflict	tell the person there are two versions
 */

/**
 * One editable field of a note.  What the person has typed is never replaced
 * from outside: when somebody else changed the same field meanwhile, both
 * versions are shown and the person decides.
 */
export class FieldEditor {
	#options;
	#element;
	/** What the person's text started from. */
	#base = { rev: "0", value: "" };
	/** The same as the element holds it, which may drop line ends. */
	#shown = "";
	/** @type {Note | null} the newest seen */
	#latest = null;
	/** @type {HTMLElement | null} the two versions, while undecided */
	#panel = null;
	#saving = false;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/** @param {FieldOptions} options */
	constructor(options) {
		this.#options = options;
		this.#element = options.element;
		this.#shown = options.element.value;
		this.#element.addEventListener("input", () => {
			this.#fit();
			this.#flushSoon();
		});
		this.#element.addEventListener("change", () => this.flush());
		this.#element.addEventListener("blur", () => this.flush());
	}

	get dirty() {
		return this.#element.value !== this.#shown;
	}

	/** @param {Note} note */
	show(note) {
		const value = this.#options.read(note);

		this.#latest = note;
		if (!this.dirty || lines(value) === this.#element.value)
			this.#take(note);
		else if (this.#panel)
			this.#fill(value);
		else if (value === this.#base.value)
			this.#base.rev = note.rev;
	}

	/** Saves what is not saved yet; harmless at any time. */
	async flush() {
		clearTimeout(this.#timer);
		if (!this.dirty || this.#saving || this.#panel)
			return;
		this.#saving = true;
		const mine = this.#element.value;
		const saved = await this.#options.save(this.#base, mine);
		this.#saving = false;
		if (saved)
			this.#settle(saved, mine);
	}

	/**
	 * @param {Saved} saved
	 * @param {string} mine
	 */
	#settle(saved, mine) {
		if (saved.outcome === "gone")
			return;		/* the feed says so too, and the card asks */
		if (saved.outcome === "conflict")
			return this.#ask(saved.note);
		this.#base = { rev: saved.note.rev, value: mine };
		this.#shown = mine;
		if (this.#latest && Number(this.#latest.rev) > Number(saved.note.rev))
			this.show(this.#latest);
		if (this.dirty)
			this.#flushSoon();
	}

	#flushSoon() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.flush(), SAVE_AFTER_MS);
	}

	/**
	 * Starts again from `note`.
	 * @param {Note} note
	 */
	#take(note) {
		const value = this.#options.read(note);

		this.#base = { rev: note.rev, value };
		this.#panel?.remove();
		this.#panel = null;
		if (this.#element instanceof HTMLSelectElement)
			this.#element.value = value;
		else
			replaceText(this.#element, lines(value));
		this.#shown = this.#element.value;
		this.#fit();
	}

	/** @param {Note} theirs */
	#ask(theirs) {
		const panel = fromTemplate("conflict-template");

		this.#latest = theirs;
		this.#panel = panel;
		this.#fill(this.#options.read(theirs));
		this.#element.after(panel);
		need(panel, ".keep", HTMLButtonElement).onclick = () => this.#decide(true);
		need(panel, ".take", HTMLButtonElement).onclick = () => this.#decide(false);
		this.#options.conflict();
	}

	/** @param {boolean} mine */
	#decide(mine) {
		const theirs = this.#latest;
		const text = this.#element.value;

		if (!theirs)
			return;
		this.#element.focus();
		this.#take(theirs);
		if (!mine)
			return;
		this.#element.value = text;
		this.#fit();
		this.flush();
	}

	/** @param {string} theirs */
	#fill(theirs) {
		if (this.#panel)
			need(this.#panel, "blockquote", HTMLQuoteElement).textContent = theirs;
	}

	#fit() {
		if (this.#element instanceof HTMLTextAreaElement)
			fitHeight(this.#element);
	}
}

/**
 * Text as a form field holds it.
 * @param {string} text
 */
function lines(text) {
	return text.replace(/\r\n?/g, "\n");
}
