// @ts-check

import { NOTE } from "./text.js";

/** @import { Note } from "./types.js" */

/**
 * @param {Note} note
 * @returns {string}	what to call it in a sentence
 */
export function noteName(note) {
	const words = note.title || note.text || note.items?.[0]?.text || "";
	const line = words.split("\n", 1)[0];
	return line.length > 40 ? `${line.slice(0, 40)}…` : line || NOTE.untitled;
}

/**
 * @param {Note} note
 * @returns {{ done: number, all: number }}
 */
export function noteProgress(note) {
	const items = note.items ?? [];
	return { done: items.filter((i) => i.done).length, all: items.length };
}
