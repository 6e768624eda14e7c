// @ts-check

import { focusEnd, need } from "./view_dom.js";

/**
 * Single keys, for where no field has the focus and no panel is open.
 * @param {AbortSignal} closed
 */
export function followKeys(closed) {
	const board = need(document, "#board", HTMLElement);
	/** @type {Record<string, () => void>} */
	const acts = {
		"n": () => need(board, "#new-text", HTMLTextAreaElement).focus(),
		"/": () => need(board, "#search", HTMLInputElement).focus(),
		"j": () => step(1),
		"k": () => step(-1),
		"Enter": () => focusEnd(articleOf(document.activeElement)?.querySelector("textarea")),
	};

	document.addEventListener("keydown", (event) => {
		const { key, target, altKey, ctrlKey, metaKey, isComposing } = event;
		const element = target instanceof Element ? target : document.body;
		const inField = element.matches("input, textarea, select");

		if (board.hidden || document.querySelector("dialog[open]") || isComposing || altKey || ctrlKey || metaKey)
			return;
		if (key === "Escape" && inField)
			return void (articleOf(element)?.focus() ?? /** @type {HTMLElement} */ (element).blur());
		if (inField || (key === "Enter" && !element.matches("article")) || !Object.hasOwn(acts, key))
			return;
		event.preventDefault();
		acts[key]();
	}, { signal: closed });

	const step = (/** @type {1 | -1} */ by) => {
		const all = [...board.querySelectorAll("article")].filter((a) => a.checkVisibility());
		const at = all.findIndex((a) => a.contains(document.activeElement));
		all[at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by]?.focus();
	};
}

/** @param {Element | null} element @returns {HTMLElement | null | undefined} */
function articleOf(element) {
	return element?.closest("article");
}
