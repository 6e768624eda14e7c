// @ts-check

/**
 * Two people changed one text: what both did, in one.  Pure.  First by lines,
 * then by words within the lines both touched; what both put into one place
 * stays, theirs before mine.  Where both changed the same words, people decide.
 */

import { diff3Merge } from "../modules/node-diff3/diff3.js";

/**
 * @param {string} base	what both started from
 * @param {string} mine
 * @param {string} theirs
 * @returns {{ clean: boolean, text: string }}	unless clean, a draft with both
 */
export function merge3(base, mine, theirs) {
	const [o, a, b] = [base, mine, theirs].map(unixLines);

	if (a === b || b === o)
		return { clean: true, text: a };
	if (a === o)
		return { clean: true, text: b };
	return byLines(o, a, b);
}

/**
 * Text as a form field holds it.
 * @param {string} text
 */
export function unixLines(text) {
	return text.replace(/\r\n?/g, "\n");
}

/** @param {string} o @param {string} a @param {string} b */
function byLines(o, a, b) {
	let clean = true;
	const parts = diff3Merge(a.split("\n"), o.split("\n"), b.split("\n"),
		{ excludeFalseConflicts: true });
	const lines = parts.flatMap(({ ok, conflict }) => {
		if (ok)
			return ok;
		if (!conflict)
			return [];
		if (conflict.o.length === 0)
			return [...conflict.b, ...conflict.a];
		const inside = byWords(...texts(conflict, "\n"));
		clean &&= inside.clean;
		return inside.clean ? [inside.text] : [...conflict.b, ...conflict.a];
	});
	return { clean, text: lines.join("\n") };
}

/** @param {string} o @param {string} a @param {string} b */
function byWords(o, a, b) {
	let clean = true;
	const parts = diff3Merge(words(a), words(o), words(b), { excludeFalseConflicts: true });
	const text = parts.map(({ ok, conflict }) => {
		if (ok)
			return ok.join("");
		if (!conflict)
			return "";
		const [was, mine, theirs] = texts(conflict, "");
		clean &&= was === "" && apart(theirs, mine);
		return theirs + mine;
	}).join("");
	return { clean, text };
}

/**
 * @param {{ a: string[], o: string[], b: string[] }} conflict
 * @param {string} glue
 * @returns {[string, string, string]}
 */
function texts({ a, o, b }, glue) {
	return [o.join(glue), a.join(glue), b.join(glue)];
}

/** Whether two pieces can stand side by side without becoming one word. */
function apart(/** @type {string} */ first, /** @type {string} */ second) {
	return /\s$/u.test(first) || /^\s/u.test(second);
}

/** @param {string} text */
function words(text) {
	return text.match(/\s|[\p{L}\p{M}\p{N}_]+|./gsu) ?? [];
}
