// @ts-check

import { unixLines } from "./merge.js";
import { fitHeight, replaceText } from "./view_dom.js";

/** What a field was changed from. @typedef {{ rev: string, value: string }} Base */

/**
 * One editable text.  Each change is told at once; what comes from outside
 * changes only the letters that differ, so that the caret stays with its
 * words, and never while a word is being composed.
 */
export class FieldEditor {
	#element;
	/** @type {Base} */
	#base = { rev: "", value: "" };
	#composing = false;
	/** @type {[string, Base] | null} */
	#waiting = null;

	/**
	 * @param {HTMLInputElement | HTMLTextAreaElement} element
	 * @param {(base: Base, value: string) => void} edit
	 * @param {() => void} flush	a pause: it may go now
	 */
	constructor(element, edit, flush) {
		this.#element = element;
		element.addEventListener("compositionstart", () => {
			this.#composing = true;
		});
		element.addEventListener("compositionend", () => {
			this.#composing = false;
			if (this.#waiting)
				this.show(...this.#waiting);
		});
		element.addEventListener("input", () => {
			this.#fit();
			edit(this.#base, element.value);
		});
		element.addEventListener("change", flush);
		element.addEventListener("blur", flush);
	}

	/**
	 * @param {string} value
	 * @param {Base} base	what the service has
	 */
	show(value, base) {
		this.#waiting = this.#composing ? [value, base] : null;
		if (this.#composing)
			return;
		this.#base = base;
		replaceText(this.#element, unixLines(value));
		this.#fit();
	}

	#fit() {
		if (this.#element instanceof HTMLTextAreaElement)
			fitHeight(this.#element);
	}
}
