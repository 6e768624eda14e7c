// @ts-check

import { idNew } from "./id.js";
import { fitHeight, need } from "./view_dom.js";

/**
 * @import { Actions } from "./actions.js"
 */

/** The form that makes a new note; its text stays until the note is safe. */
export class Composer {
	#form = need(document, "#composer", HTMLFormElement);
	#title = need(document, "#new-title", HTMLInputElement);
	#text = need(document, "#new-text", HTMLTextAreaElement);
	#button = need(this.#form, "button", HTMLButtonElement);
	#actions;

	/**
	 * @param {Actions} actions
	 * @param {AbortSignal} closed
	 */
	constructor(actions, closed) {
		const options = { signal: closed };

		this.#actions = actions;
		this.#form.reset();
		this.#form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#submit();
		}, options);
		this.#text.addEventListener("keydown", (event) => {
			if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
				this.#form.requestSubmit();
		}, options);
		this.#text.addEventListener("input", () => fitHeight(this.#text), options);
		this.#form.addEventListener("change", () => this.#hint(), options);
		this.#hint();
	}

	/** @param {boolean} readOnly */
	show(readOnly) {
		this.#form.hidden = readOnly;
	}

	get #list() {
		return new FormData(this.#form).get("kind") === "checklist";
	}

	#hint() {
		this.#text.placeholder = this.#list ? "One item a line…" : "Write a note…";
	}

	async #submit() {
		const doc = this.#doc();

		if (!doc)
			return this.#text.focus();
		if (this.#button.disabled)
			return;
		this.#hold(true);
		const added = await this.#actions.add(doc);
		this.#hold(false);
		if (!added)
			return;
		this.#title.value = this.#text.value = "";
		fitHeight(this.#text);
		this.#text.focus();
	}

	/** @returns {{ id: string } | null}	null when there is nothing to add */
	#doc() {
		const title = this.#title.value.trim();
		const text = this.#text.value.trim();

		if (title === "" && text === "")
			return null;
		const id = idNew();
		if (!this.#list)
			return /** @type {any} */ ({ id, kind: "text", title, text });
		const items = text.split("\n").map((line) => ({ text: line.trim() }))
			.filter((item) => item.text !== "");
		return /** @type {any} */ ({ id, kind: "checklist", title, items });
	}

	/** @param {boolean} held */
	#hold(held) {
		this.#button.disabled = held;
		this.#title.readOnly = this.#text.readOnly = held;
	}
}
