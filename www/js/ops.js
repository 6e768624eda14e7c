// @ts-check

/**
 * Edits as the service takes them, when they go, and what its refusals mean.
 * Pure.
 *
 * @import { Edit, Edits } from "./edits.js"
 */

/** A pause in typing this long saves. */
const QUIET_MS = 700;
/** Without one, this long. */
const LONGEST_MS = 5_000;

/**
 * @param {Edit} edit
 * @returns {any}	the operation, as the service takes it
 */
export function editOp({ kind, note: id, key, item, doc, rev, field, value }) {
	switch (kind) {
	case "put": return { op: "put", id, key, if_match: "0", doc };
	case "field": return { op: "patch", id, key, if_match: rev || "0", doc: { [field ?? ""]: value } };
	case "set": return { op: "patch", id, key, if_match: "*", doc };
	case "item": return { op: "put_item", id, key, item, doc };
	case "unitem": return { op: "delete_item", id, key, item };
	case "delete": return { op: "delete", id, key, if_match: rev || "0" };
	case "restore": return { op: "restore", id, key, if_match: "*", ...rev && { rev } };
	}
}

/**
 * What goes now: of each note the first, unless it waits for a decision.
 * @param {Edits} edits
 * @param {ReadonlySet<string>} busy	notes with one on its way
 * @param {number} now
 * @param {number} quietAt	when somebody typed last
 * @returns {{ due: Edit[], wait: number }}	how long until there is more
 */
export function editsDue(edits, busy, now, quietAt) {
	const seen = new Set(busy);
	const due = [];
	let wait = Infinity;

	for (const edit of edits) {
		if (edit.state === "done" || seen.has(edit.note))
			continue;
		seen.add(edit.note);
		if (edit.state !== "")
			continue;
		const ms = edit.sent || edit.kind !== "field" ? 0
			: Math.min(quietAt + QUIET_MS, edit.at + LONGEST_MS) - now;
		if (ms <= 0)
			due.push(edit);
		else
			wait = Math.min(wait, ms);
	}
	return { due, wait };
}

/**
 * What to do about a refusal: no word that somebody wrote is given up.
 * @param {Edit} edit
 * @param {{ status?: number, passing?: boolean }} error
 * @returns {"later" | "done" | "changed" | "refused" | "dropped"}
 */
export function editFailure(edit, { status = 0, passing = false }) {
	const words = edit.kind === "field" || edit.doc?.text !== undefined;

	if (status === 0 || passing)
		return "later";
	if (edit.kind === "put")
		return status === 412 ? "done" : "refused";
	if (words)
		return status === 412 || status === 404 ? "changed" : "refused";
	return "dropped";
}
