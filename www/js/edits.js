// @ts-check

/**
 * What this browser changed and the service has not confirmed: a list in
 * order, and how it goes on.  Pure: each function gives a new list, and
 * leaves what did not change as the same object.
 *
 * @import { Field, Note } from "./types.js"
 */

import { merge3, unixLines } from "./merge.js";

/**
 * "sent": its key may be known to the service, so that it must go again
 * exactly as it is.  States: "done", on the board as revision `rev`;
 * "conflict", both changed the same words; "gone", the note is; "refused",
 * for the reason that is said.
 * @typedef {object} Edit
 * @property {string} id
 * @property {string} key	of the operation
 * @property {string} board
 * @property {string} tab	whose it is
 * @property {number} at	its place in the order, in milliseconds
 * @property {string} note
 * @property {"put" | "field" | "set" | "item" | "unitem" | "delete" | "restore"} kind
 * @property {"title" | "text"} [field]
 * @property {string} [value]	of the field
 * @property {string} [base]	what it was changed from
 * @property {string} [rev]	the revision that is changed; "" for what the edit before makes
 * @property {string} [item]
 * @property {Record<string, any>} [doc]
 * @property {boolean} sent
 * @property {"" | "done" | "conflict" | "gone" | "refused"} state
 * @property {string} [reason]
 * @property {Note} [last]	the note as it was when it went
 */

/** @typedef {readonly Edit[]} Edits */

/**
 * A further edit; it joins one that is still here, where that can be.
 * @param {Edits} edits
 * @param {Edit} edit
 * @returns {Edits}
 */
export function editsAdd(edits, edit) {
	const before = edits.filter((e) => e.note === edit.note && e.state !== "done");
	const open = before.filter((e) => !e.sent);
	const put = open.find((e) => e.kind === "put");
	const last = before.at(-1);

	if (edit.kind === "restore" && last?.kind === "delete" && !last.sent)
		return edits.filter((e) => e !== last);
	if (edit.kind === "field") {
		if (put)
			return replace(edits, { ...put, doc: { ...put.doc, [edit.field ?? ""]: edit.value }, state: "" });
		const same = open.find((e) => e.kind === "field" && e.field === edit.field);
		if (same)
			return again(edits, same, edit.value ?? "");
		const sent = edits.findLast((e) => e.note === edit.note && e.kind === "field" && e.field === edit.field);
		return [...edits, sent ? { ...edit, base: sent.value, rev: sent.state === "done" ? sent.rev : "" } : edit];
	}
	const latest = edits.findLast((e) => e.note === edit.note);
	if (edit.kind === "delete" && latest)
		return [...edits, { ...edit, rev: latest.state === "done" ? latest.rev : "" }];
	if (last && !last.sent && last.kind === edit.kind && last.item === edit.item && edit.doc)
		return replace(edits, { ...last, doc: { ...last.doc, ...edit.doc }, state: "" });
	return [...edits, edit];
}

/** @param {Edits} edits @param {Edit} edit @param {string} value */
function again(edits, edit, value) {
	if (edit.state === "" && edit.rev !== "" && unixLines(edit.base ?? "") === value)
		return edits.filter((e) => e !== edit);
	return replace(edits, { ...edit, value, state: edit.state === "refused" ? "" : edit.state });
}

/**
 * The service has done it.
 * @param {Edits} edits
 * @param {Edit} done
 * @param {string} rev
 * @returns {Edits}
 */
export function editsDone(edits, done, rev) {
	return edits.map((e) => {
		if (e.id === done.id)
			return { ...e, state: "done", rev };
		return e.note === done.note && (e.rev === "" || (done.rev && e.rev === done.rev)) && e.state === ""
			? { ...e, rev } : e;
	});
}

/**
 * What is done and has come back from the service needs no more telling.
 * @param {Edits} edits
 * @param {(note: string) => number} known	the newest revision heard of
 * @returns {Edits}
 */
export function editsConfirm(edits, known) {
	return edits.some((e) => came(e, known)) ? edits.filter((e) => !came(e, known)) : edits;
}

/** @param {Edit} edit @param {(note: string) => number} known */
function came(edit, known) {
	return edit.state === "done" && Number(edit.rev) <= known(edit.note);
}

/**
 * The note has changed since: what both did, if that can be put together.
 * @param {Edits} edits
 * @param {Edit} edit	of a field, that was refused for it
 * @param {Note} note	as it is now
 * @param {string} key	a new one
 * @returns {Edits}
 */
export function editsRebase(edits, edit, note, key) {
	const later = edits.find((e) => e.kind === "field" && !e.sent && e.id !== edit.id
		&& e.note === edit.note && e.field === edit.field);
	const rest = later ? edits.filter((e) => e !== later) : edits;
	const theirs = note[/** @type {Field} */ (edit.field)] ?? "";
	const { clean, text } = merge3(edit.base ?? "", later?.value ?? edit.value ?? "", theirs);
	const now = { ...edit, key, rev: note.rev, sent: false };

	if (clean && text === unixLines(theirs))
		return rest.filter((e) => e.id !== edit.id);
	return replace(rest, clean
		? { ...now, base: theirs, value: text, state: "" }
		: { ...now, value: later?.value ?? edit.value, state: "conflict" });
}

/**
 * Somebody decided what a text with two versions is to be.
 * @param {Edits} edits
 * @param {Edit} edit
 * @param {string} value
 * @param {Note} note	as it was when they did
 * @returns {Edits}
 */
export function editsDecide(edits, edit, value, note) {
	const theirs = note[/** @type {Field} */ (edit.field)] ?? "";

	return unixLines(theirs) === value ? edits.filter((e) => e.id !== edit.id)
		: replace(edits, { ...edit, base: theirs, value, rev: note.rev, state: "" });
}

/**
 * The note is in the trash, or nowhere.  Where somebody has asked for it back
 * already, that goes first.
 * @param {Edits} edits
 * @param {string} note
 * @param {Note | null} last
 * @param {() => string} key
 * @returns {Edits}
 */
export function editsGone(edits, note, last, key) {
	const back = edits.find((e) => e.note === note && e.kind === "restore" && e.state === "");
	const rest = edits.filter((e) => e !== back);
	const first = rest.find((e) => e.note === note && e.state === "");
	const state = back ? "" : "gone";

	return rest.flatMap((e) => {
		if (e.note !== note || e.state !== "")
			return [e];
		const kept = { ...e, key: key(), sent: false, state: /** @type {Edit["state"]} */ (state), last: last ?? e.last };
		return back && e === first ? [{ ...back, at: e.at - 1 }, kept] : [kept];
	});
}

/** @param {Edits} edits @param {string} note @param {() => string} key @returns {Edits} */
export function editsAgain(edits, note, key) {
	return edits.map((e) => (e.note === note && (e.state === "gone" || e.state === "refused")
		? { ...e, key: key(), sent: false, state: "" } : e));
}

/** @param {Edits} edits @returns {Map<string, Edit[]>}	of each note */
export function editsByNote(edits) {
	const map = new Map();

	for (const edit of edits)
		map.set(edit.note, [...map.get(edit.note) ?? [], edit]);
	return map;
}

/**
 * @param {Edits} edits
 * @param {Edit} edit	in place of the one of its id
 * @returns {Edits}
 */
export function replace(edits, edit) {
	return edits.map((e) => (e.id === edit.id ? edit : e));
}
