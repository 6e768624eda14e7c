// @ts-check

import { noteProgress } from "./board.js";
import { Checklist } from "./view_checklist.js";
import { FieldEditor } from "./view_field.js";
import { flash, fromTemplate, holdsFocus, need } from "./view_dom.js";

/**
 * @import { Field, Note } from "./types.js"
 * @import { Actions } from "./actions.js"
 */

const CLOCK = new Intl.DateTimeFormat(undefined, {
	month: "short", day: "numeric", hour: "numeric", minute: "2-digit",
});

/**
 * @param {Note} note
 * @returns {string}	what to call it in a sentence
 */
export function noteName(note) {
	const words = note.title || note.text || note.items?.[0]?.text || "";
	const line = words.split("\n", 1)[0];
	return line.length > 40 ? `${line.slice(0, 40)}…` : line || "without a title";
}

/** One note on the board. */
export class Card {
	element = fromTemplate("card-template");
	#article = need(this.element, "article", HTMLElement);
	#title = need(this.element, ".title", HTMLTextAreaElement);
	#text = need(this.element, ".text", HTMLTextAreaElement);
	#color = need(this.element, ".color", HTMLSelectElement);
	#add = need(this.element, ".add-item", HTMLFormElement);
	#time = need(this.element, "time", HTMLTimeElement);
	#delete = need(this.element, ".delete", HTMLButtonElement);
	#note;
	#actions;
	#editors;
	#checklist;
	/** @type {HTMLElement | null} says that somebody deleted the note */
	#lost = null;

	/**
	 * @param {Note} note
	 * @param {Actions} actions
	 */
	constructor(note, actions) {
		this.#note = note;
		this.#actions = actions;
		this.#editors = [this.#editor("title", this.#title),
			this.#editor("text", this.#text), this.#editor("color", this.#color)];
		this.#checklist = new Checklist(this.element, note.id, actions);
		this.#delete.addEventListener("click", () => actions.remove(this.#note));
		this.#title.addEventListener("keydown", (event) => {
			if (event.key !== "Enter")
				return;
			event.preventDefault();
			const next = this.#text.hidden ? this.#add.querySelector("input") : this.#text;
			next?.focus();
		});
	}

	/** Whether it may be taken away without anybody losing anything. */
	get idle() {
		return !holdsFocus(this.element) && !this.#checklist.dirty
			&& !this.#editors.some((e) => e.dirty);
	}

	/**
	 * @param {Note} note
	 * @param {boolean} readOnly
	 * @param {boolean} fresh	somebody else changed it just now
	 */
	show(note, readOnly, fresh) {
		const found = this.#lost !== null;

		this.#note = note;
		this.#lost?.remove();
		this.#lost = null;
		for (const editor of this.#editors)
			editor.show(note);
		this.#checklist.show(note, readOnly, fresh);
		this.#dress(note, readOnly);
		if (fresh)
			flash(this.element);
		if (found)
			this.flush();
	}

	/** Saves what is not saved yet. */
	flush() {
		for (const editor of this.#editors)
			editor.flush();
	}

	/**
	 * The note is gone while somebody is at it: say so and leave it standing.
	 * @param {() => void} dismiss	takes the card away
	 */
	lose(dismiss) {
		if (this.#lost)
			return;
		const panel = fromTemplate("gone-template");
		this.#lost = panel;
		need(panel, ".keep", HTMLButtonElement).onclick =
			() => this.#actions.restore(this.#note.id);
		need(panel, ".take", HTMLButtonElement).onclick = dismiss;
		this.#article.append(panel);
	}

	focus() {
		this.#title.focus();
	}

	/**
	 * @param {Field} field
	 * @param {HTMLTextAreaElement | HTMLSelectElement} element
	 */
	#editor(field, element) {
		return new FieldEditor({
			element,
			read: (note) => note[field] ?? "",
			save: (base, mine) =>
				this.#actions.saveField(this.#note.id, field, base, mine),
			conflict: () => this.#actions.tell(
				"Somebody else changed this note too. Your text is kept; choose a version."),
		});
	}

	/**
	 * All that is not editors.
	 * @param {Note} note
	 * @param {boolean} readOnly
	 */
	#dress(note, readOnly) {
		const list = note.kind === "checklist";
		const { done, all } = noteProgress(note);
		const when = CLOCK.format(new Date(note.updated_at));

		this.element.dataset.color = note.color;
		this.#article.setAttribute("aria-label", `Note: ${noteName(note)}`);
		this.#text.hidden = list;
		this.#title.hidden = readOnly && note.title === "";
		this.#add.hidden = !list || readOnly;
		this.#color.hidden = readOnly;
		this.#delete.hidden = readOnly;
		this.#delete.setAttribute("aria-label", `Delete the note ${noteName(note)}`);
		this.#title.readOnly = this.#text.readOnly = readOnly;
		this.#time.dateTime = note.updated_at;
		this.#time.textContent = list && all > 0 ? `${done} of ${all} done · ${when}` : when;
	}
}
