// @ts-check

import { need } from "./view_dom.js";

/**
 * @typedef {object} Drops
 * @property {(card: HTMLElement | null, files: readonly File[]) => void} take	for a card, or for a new note
 * @property {() => boolean} open	whether the board takes any
 */

/**
 * Takes files that are dropped onto the board or pasted into it.
 * @param {Drops} drops
 * @param {AbortSignal} closed
 */
export function takeDrops(drops, closed) {
	const board = need(document, "#board", HTMLElement);
	/** @type {HTMLElement | null} */
	let over = null;
	const mark = (/** @type {HTMLElement | null} */ element) => {
		over?.classList.remove("drop");
		over = element;
		over?.classList.add("drop");
	};
	const options = { signal: closed };

	/* A file that misses must not take the page's place. */
	window.addEventListener("dragover", (event) => {
		if (!event.dataTransfer?.types.includes("Files"))
			return;
		event.preventDefault();
		const inside = event.target instanceof Element && board.contains(event.target);
		if (!inside || !drops.open())
			event.dataTransfer.dropEffect = "none";
		mark(inside && drops.open() ? placeOf(event.target) ?? board : null);
	}, options);
	window.addEventListener("dragleave", (event) => {
		if (event.relatedTarget === null)
			mark(null);
	}, options);
	window.addEventListener("drop", (event) => {
		const files = [...event.dataTransfer?.files ?? []];
		const taken = over;

		mark(null);
		if (!event.dataTransfer?.types.includes("Files"))
			return;
		event.preventDefault();
		if (taken && files.length > 0)
			drops.take(taken === board ? null : taken, files);
	}, options);
	document.addEventListener("paste", (event) => {
		const { target, clipboardData } = event;
		const files = [...clipboardData?.files ?? []];
		const inField = target instanceof Element && target.matches("input, textarea");

		/* Office programs put a picture of the words beside the words. */
		if (files.length === 0 || board.hidden || !drops.open() || document.querySelector("dialog[open]")
			|| (inField && clipboardData?.types.includes("text/plain")))
			return;
		event.preventDefault();
		drops.take(inField ? placeOf(target) : null, files);
	}, options);
}

/**
 * Has a person choose files.
 * @param {(files: readonly File[]) => void} take
 */
export function chooseFiles(take) {
	const input = document.createElement("input");

	input.type = "file";
	input.multiple = true;
	input.addEventListener("change", () => take([...input.files ?? []]));
	input.click();
}

/** @param {EventTarget | null} target @returns {HTMLElement | null}	a card, or the form for a new note */
function placeOf(target) {
	return target instanceof Element ? target.closest(".card, .composer") : null;
}
