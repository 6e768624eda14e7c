// @ts-check

/**
 * Files on their way to or from a note, and what a person sees of them.
 * Pure.
 *
 * @import { Note, NoteFile } from "./types.js"
 */

/**
 * A file that is to come ("put") or to go ("delete").  States: "done", the
 * service has it; "refused", for the reason that is said.
 * @typedef {object} FileTask
 * @property {string} id	of the file
 * @property {"put" | "delete"} kind
 * @property {string} board
 * @property {string} note
 * @property {string} tab	whose it is
 * @property {number} at	not before, in milliseconds
 * @property {string} name
 * @property {number} size
 * @property {string} type
 * @property {Blob} [bytes]	of one that is to come
 * @property {"" | "done" | "refused"} state
 * @property {string} [reason]
 */

/** @typedef {readonly FileTask[]} FileTasks */

/**
 * @typedef {object} ShownFile
 * @property {string} id
 * @property {string} name
 * @property {string} type
 * @property {number} size
 * @property {"" | "waiting" | "sending" | "refused"} state
 * @property {number} part	of it that is sent, 0 to 1
 * @property {string} [reason]
 * @property {Blob} [bytes]	where the service has none yet
 */

/**
 * @param {readonly NoteFile[]} files	of the note, as the service has them
 * @param {FileTasks} tasks	of the note
 * @param {ReadonlyMap<string, number>} parts	how much of each is sent
 * @returns {ShownFile[]}
 */
export function filesShown(files, tasks, parts) {
	const leaving = new Set(tasks.filter((t) => t.kind === "delete").map((t) => t.id));
	const here = new Set(files.map((f) => f.id));
	const coming = tasks.filter((t) => t.kind === "put" && !here.has(t.id) && !leaving.has(t.id));

	return [
		...files.filter((f) => !leaving.has(f.id)).map(({ id, name, type, size }) =>
			({ id, name, type, size, state: /** @type {ShownFile["state"]} */ (""), part: 1 })),
		...coming.map(({ id, name, type, size, state, reason, bytes }) => ({ id, name, type, size, reason, bytes,
			part: parts.get(id) ?? 0,
			state: /** @type {ShownFile["state"]} */ (state === "done" ? "" : state || (parts.has(id) ? "sending" : "waiting")) })),
	];
}

/**
 * What goes next: the first whose time has come and whose note is there.
 * @param {FileTasks} tasks
 * @param {(note: string) => boolean} there
 * @param {number} now
 * @returns {{ due: FileTask | undefined, wait: number }}	how long until there may be more
 */
export function filesDue(tasks, there, now) {
	const open = tasks.filter((t) => t.state === "" && (t.kind === "delete" || there(t.note)));
	const due = open.find((t) => t.at <= now);

	return { due, wait: due ? 0 : Math.min(Infinity, ...open.map((t) => t.at - now)) };
}

/**
 * What is done and shows on the note needs no more telling.
 * @param {FileTasks} tasks
 * @param {ReadonlyMap<string, Note>} notes
 * @returns {FileTasks}	the same when nothing is
 */
export function filesConfirm(tasks, notes) {
	const rest = tasks.filter((t) => {
		const note = notes.get(t.note);
		const here = note?.files?.some((f) => f.id === t.id) ?? false;
		return t.state !== "done" || (note && here !== (t.kind === "put"));
	});
	return rest.length === tasks.length ? tasks : rest;
}

/** @param {FileTasks} tasks @returns {Map<string, FileTask[]>}	of each note */
export function filesByNote(tasks) {
	const map = new Map();

	for (const task of tasks)
		map.set(task.note, [...map.get(task.note) ?? [], task]);
	return map;
}
