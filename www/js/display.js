// @ts-check

/**
 * The board as a person sees it: as the service told it, with what they
 * changed meanwhile.  Pure.
 *
 * @import { BoardState } from "./board.js"
 * @import { Edit, Edits } from "./edits.js"
 * @import { Item, Note } from "./types.js"
 */

/**
 * How a note stands: nothing to say; on its way; kept here until there is a
 * connection; two versions; deleted by others; not taken, for a reason.
 * @typedef {"" | "saving" | "waiting" | "conflict" | "gone" | "refused"} Standing
 */

/**
 * @param {BoardState} state
 * @param {Edits} edits
 * @returns {BoardState}	the same when there are none
 */
export function display(state, edits) {
	if (edits.length === 0)
		return state;
	const notes = new Map(state.notes);

	for (const edit of edits) {
		const note = edited(notes.get(edit.note) ?? edit.last, edit);
		if (note)
			notes.set(edit.note, note);
		else
			notes.delete(edit.note);
	}
	return { ...state, notes };
}

/**
 * @param {Edits} edits
 * @param {string} note
 * @param {boolean} online
 * @returns {Standing}
 */
export function standing(edits, note, online) {
	const mine = edits.filter((e) => e.note === note && e.state !== "done");

	for (const state of /** @type {const} */ (["conflict", "gone", "refused"]))
		if (mine.some((e) => e.state === state))
			return state;
	return mine.length === 0 ? "" : online ? "saving" : "waiting";
}

/**
 * @param {Note | undefined} note
 * @param {Edit} edit
 * @returns {Note | undefined}
 */
function edited(note, edit) {
	const { kind, doc, item, field, value } = edit;

	if (kind === "put")
		return note ?? drafted(edit);
	if (kind === "delete" || !note)
		return undefined;
	if (kind === "field")
		return { ...note, [field ?? ""]: value };
	if (kind === "set")
		return { ...note, ...doc };
	if (kind === "unitem")
		return { ...note, items: note.items?.filter((i) => i.id !== item) };
	return kind === "item" ? { ...note, items: withItem(note.items ?? [], item ?? "", doc) } : note;
}

/** @param {Edit} edit @returns {Note} */
function drafted({ note: id, doc, at }) {
	const when = new Date(at).toISOString();

	return {
		id, rev: "0", created_at: when, updated_at: when, trashed_at: null, by: null,
		kind: "text", title: "", color: "default", pinned: false, pos: 0, ...doc,
		...doc?.items && { items: doc.items.map((/** @type {any} */ item, /** @type {number} */ pos) =>
			({ done: false, pos, ...item })) },
	};
}

/** @param {Item[]} items @param {string} id @param {any} doc @returns {Item[]} */
function withItem(items, id, doc) {
	const last = Math.max(0, ...items.map((i) => i.pos + 1));

	return items.some((i) => i.id === id)
		? items.map((i) => (i.id === id ? { ...i, ...doc } : i))
		: [...items, { id, text: "", done: false, pos: last, ...doc }];
}
