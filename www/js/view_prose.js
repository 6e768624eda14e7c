// @ts-check

import { lazy } from "./lazy.js";
import { focusEnd } from "./view_dom.js";

/** What a line or word may begin with that is more than its letters. */
const MARKS = /^ {0,3}(#{1,6} |[-*+] |\d+[.)] |>|```|\|)|\*\*|__|~~|`|(^|\s)[*_]\S|\]\(|https?:\/\//m;

/**
 * Shows a text with marks as what they mean, for as long as nobody is in it.
 * The field stays where it is, for the keyboard and for readers of screens;
 * app.css shows the one or the other.
 */
export class Prose {
	#root;
	#text = "";

	/**
	 * @param {HTMLElement} root
	 * @param {HTMLTextAreaElement} field
	 */
	constructor(root, field) {
		this.#root = root;
		root.addEventListener("click", ({ target }) => {
			const chosen = getSelection()?.isCollapsed === false;
			if (target instanceof Element && !target.closest("a") && !chosen)
				focusEnd(field);
		});
	}

	/** @param {string} text */
	async show(text) {
		if (text === this.#text)
			return;
		this.#text = text;
		if (!MARKS.test(text))
			return this.#root.replaceChildren();
		const part = await lazy.markdown().catch(() => null);
		if (!part)
			this.#text = "";		/* it stands as it is, and is tried again */
		else if (this.#text === text)
			this.#root.replaceChildren(part.markdownRead(text) ?? "");
	}
}
