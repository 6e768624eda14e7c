// @ts-check

/**
 * A board as the page knows it, and how events change it.  Pure: the same
 * state and event always give the same new state, and nothing is altered in
 * place.
 *
 * Events come over two roads, the feed and the answers to our own writes,
 * and may pass each other.  Revisions put them in order: older news of a
 * note changes nothing.
 *
 * @import { Change, Note, Role, Snapshot } from "./types.js"
 */

/**
 * @typedef {object} BoardState
 * @property {string} id
 * @property {string} title
 * @property {Role} role
 * @property {ReadonlyMap<string, Note>} notes
 * @property {ReadonlyMap<string, number>} gone	note → revision it left at
 */

/**
 * @typedef {{ type: "snapshot", snapshot: Snapshot }
 *	| { type: "about", snapshot: Snapshot }
 *	| { type: "note", note: Note }
 *	| { type: "gone", id: string, rev: string }} BoardEvent
 */

/**
 * @param {string} id
 * @returns {BoardState}
 */
export function boardEmpty(id) {
	return { id, title: "", role: "read", notes: new Map(), gone: new Map() };
}

/**
 * @param {BoardState} state
 * @param {BoardEvent} event	"about" takes only what is not notes
 * @returns {BoardState}	the same object when nothing changed
 */
export function boardReduce(state, event) {
	switch (event.type) {
	case "snapshot":
		return {
			...about(state, event.snapshot),
			notes: new Map(event.snapshot.notes.map((n) => [n.id, n])),
			gone: new Map(),
		};
	case "about":
		return about(state, event.snapshot);
	case "note":
		return event.note.trashed_at === null
			? keep(state, event.note)
			: drop(state, event.note.id, event.note.rev);
	case "gone":
		return drop(state, event.id, event.rev);
	}
}

/**
 * Whether a log row tells of the board or its links instead of a note.  Ids
 * of notes may begin with "_" too, so only the whole names count.
 * @param {Change} change
 */
export function changeIsAbout(change) {
	return change.id === "_board" || change.id === "_links";
}

/**
 * What a log row means for the board; null when it says nothing about notes.
 * @param {Change} change
 * @returns {BoardEvent | null}
 */
export function boardEvent(change) {
	if (changeIsAbout(change))
		return null;
	if (change.deleted) {
		const rev = change.changes?.[0]?.rev ?? change.doc?.rev ?? "0";
		return { type: "gone", id: change.id, rev };
	}
	return change.doc ? { type: "note", note: change.doc } : null;
}

/**
 * The notes in the order people see: pinned ones, then by place, then the
 * newest first.  None of it moves when a note is edited.
 * @param {BoardState} state
 * @returns {Note[]}
 */
export function boardOrder(state) {
	return [...state.notes.values()].sort((a, b) =>
		Number(b.pinned) - Number(a.pinned)
		|| a.pos - b.pos
		|| compare(b.created_at, a.created_at)
		|| compare(a.id, b.id));
}

/**
 * Whether a note has all the words, each anywhere and in any case.
 * @param {Note} note
 * @param {string} query
 */
export function noteMatches(note, query) {
	const text = [note.title, note.text ?? "", ...(note.items ?? []).map((i) => i.text)].join("\n").toLowerCase();

	return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/**
 * The board as it is kept for the next time.
 * @param {BoardState} state
 * @returns {Snapshot}
 */
export function snapshotOf({ id, title, role, notes }) {
	return { board: { id, title, rev: "0" }, role, notes: [...notes.values()], last_seq: "", feeds: [] };
}

/**
 * @param {BoardState} state
 * @param {Snapshot} snapshot
 * @returns {BoardState}
 */
function about(state, snapshot) {
	return { ...state, title: snapshot.board.title, role: snapshot.role };
}

/**
 * @param {BoardState} state
 * @param {Note} note
 * @returns {BoardState}
 */
function keep(state, note) {
	if (Number(note.rev) <= boardKnown(state, note.id))
		return state;
	const gone = new Map(state.gone);
	gone.delete(note.id);
	return { ...state, notes: new Map(state.notes).set(note.id, note), gone };
}

/**
 * @param {BoardState} state
 * @param {string} id
 * @param {string} rev
 * @returns {BoardState}
 */
function drop(state, id, rev) {
	if (Number(rev) <= boardKnown(state, id))
		return state;
	const notes = new Map(state.notes);
	notes.delete(id);
	return { ...state, notes, gone: new Map(state.gone).set(id, Number(rev)) };
}

/**
 * @param {BoardState} state
 * @param {string} id
 * @returns {number}	the newest revision heard of, 0 for none
 */
export function boardKnown(state, id) {
	return Number(state.notes.get(id)?.rev ?? state.gone.get(id) ?? 0);
}

/**
 * @param {string} a
 * @param {string} b
 */
function compare(a, b) {
	return a < b ? -1 : Number(a > b);
}
