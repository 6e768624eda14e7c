// @ts-check

import { noteName } from "./note.js";
import { ACTS } from "./text.js";
import { need } from "./view_dom.js";
import { chooseFiles } from "./view_drop.js";

/**
 * @import { Actions } from "./actions.js"
 * @import { Note } from "./types.js"
 */

/** What can be done with a note, at its foot. */
export class Acts {
	#card;
	#color;
	/** @type {Record<"move" | "attach" | "sketch" | "pin" | "history" | "delete", HTMLButtonElement>} */
	#buttons;

	/**
	 * @param {HTMLElement} card
	 * @param {() => Note} note
	 * @param {Actions} actions
	 */
	constructor(card, note, actions) {
		const button = (/** @type {string} */ name, /** @type {() => void} */ act) => {
			const found = need(card, `.${name}`, HTMLButtonElement);
			found.addEventListener("click", act);
			return found;
		};

		this.#card = card;
		this.#color = need(card, ".color", HTMLSelectElement);
		this.#color.addEventListener("change", () => actions.set(note().id, { color: this.#color.value }));
		this.#buttons = {
			move: need(card, ".move", HTMLButtonElement),
			attach: button("attach", () => chooseFiles((files) => actions.attach(note().id, files))),
			sketch: button("sketch", () => actions.sketch(note().id)),
			pin: button("pin", () => actions.set(note().id, { pinned: !note().pinned })),
			history: button("history", () => actions.history(note())),
			delete: button("delete", () => actions.remove(note())),
		};
	}

	/** @param {Note} note @param {boolean} readOnly */
	show(note, readOnly) {
		const name = noteName(note);
		const { history, ...writing } = this.#buttons;

		for (const button of [this.#color, ...Object.values(writing)])
			button.hidden = readOnly;
		for (const [act, button] of Object.entries({ history, ...writing }))
			button.setAttribute("aria-label", ACTS[act](name));
		this.#buttons.pin.setAttribute("aria-pressed", String(note.pinned));
		if (this.#color.value !== note.color)
			this.#color.value = note.color;
		this.#card.dataset.color = note.color;
	}
}
