// @ts-check

import { ApiError, apiNote, apiWrite } from "./api.js";
import { keyNew } from "./id.js";
import { persist } from "./persist.js";

/**
 * @import { Field, Note, Role } from "./types.js"
 */

/**
 * How saving a field went.  "conflict": somebody changed the same field; it
 * is not saved, `note` is theirs.  "gone": the note is in the trash or away.
 * @typedef {{ outcome: "saved" | "conflict", note: Note } | { outcome: "gone" }} Saved
 */

/** Writes to one board; the writes to one note go out one after another. */
export class Writer {
	/** Writes not yet answered; the page must not be left while there are. */
	pending = 0;
	#board;
	#stop = new AbortController();
	/** @type {Map<string, Promise<unknown>>} the last write to each note */
	#tails = new Map();
	#tell;

	/**
	 * @param {string} board
	 * @param {(waiting: boolean) => void} tell
	 */
	constructor(board, tell) {
		this.#board = board;
		this.#tell = tell;
	}

	close() {
		this.#stop.abort();
	}

	/** @param {string} note */
	busy(note) {
		return this.#tails.has(note);
	}

	/**
	 * @param {object} doc	with an id of the caller's making
	 * @param {string} id
	 * @returns {Promise<Note>}
	 */
	add(doc, id) {
		return this.#inTurn(id, async () =>
			(await this.#send("POST", "notes", { body: doc })).body);
	}

	/**
	 * Saves a field that was edited from what it was at `base`.  Changes to
	 * other fields of the note meanwhile are no hindrance.
	 * @param {string} id
	 * @param {Field} field
	 * @param {{ rev: string, value: string }} base
	 * @param {string} mine
	 * @returns {Promise<Saved>}
	 */
	saveField(id, field, base, mine) {
		return this.#inTurn(id, async () => {
			let rev = base.rev;
			for (;;) {
				const now = await this.#patch(id, { [field]: mine }, rev);
				if (!now || now.trashed_at !== null)
					return { outcome: "gone" };
				if ((now[field] ?? "") === mine)
					return { outcome: "saved", note: now };
				if ((now[field] ?? "") !== base.value)
					return { outcome: "conflict", note: now };
				rev = now.rev;
			}
		});
	}

	/**
	 * @param {string} note
	 * @param {string} item
	 * @param {{ text?: string, done?: boolean }} change	a new item otherwise
	 * @returns {Promise<Note>}
	 */
	putItem(note, item, change) {
		return this.#inTurn(note, async () =>
			(await this.#send("PUT", `notes/${note}/items/${item}`, { body: change })).body);
	}

	/**
	 * @param {string} note
	 * @param {string} item
	 * @returns {Promise<Note>}
	 */
	deleteItem(note, item) {
		return this.#inTurn(note, async () =>
			(await this.#send("DELETE", `notes/${note}/items/${item}`, {})).body);
	}

	/**
	 * To the trash, unless it has changed since `rev`.
	 * @param {string} id
	 * @param {string} rev
	 * @returns {Promise<string>}	its revision there
	 */
	remove(id, rev) {
		return this.#inTurn(id, async () =>
			(await this.#send("DELETE", `notes/${id}`, { ifMatch: rev })).rev);
	}

	/**
	 * Out of the trash, as it is now.
	 * @param {string} id
	 * @returns {Promise<Note>}
	 */
	restore(id) {
		return this.#inTurn(id, async () => {
			const note = await persist(() => apiNote(this.#board, id), this.#stop.signal);
			if (note.trashed_at === null)
				return note;
			return (await this.#send("POST", `notes/${id}/restore`, { ifMatch: note.rev })).body;
		});
	}

	/**
	 * @param {Role} role
	 * @returns {Promise<{ token: string }>}
	 */
	async mint(role) {
		return (await this.#send("POST", "links", { body: { role } })).body;
	}

	/**
	 * @param {string} id
	 * @param {object} doc
	 * @param {string} ifMatch
	 * @returns {Promise<Note | null>}	the note as it then is, changed or not
	 */
	async #patch(id, doc, ifMatch) {
		try {
			return (await this.#send("PATCH", `notes/${id}`, { body: doc, ifMatch })).body;
		} catch (error) {
			if (error instanceof ApiError && [404, 412].includes(error.status))
				return error.note;
			throw error;
		}
	}

	/**
	 * @param {"POST" | "PUT" | "PATCH" | "DELETE"} method
	 * @param {string} path
	 * @param {{ body?: unknown, ifMatch?: string }} ask
	 */
	#send(method, path, ask) {
		const key = keyNew();
		return persist(() => apiWrite(this.#board, method, path, { ...ask, key }),
			this.#stop.signal, this.#tell);
	}

	/**
	 * @template T
	 * @param {string} note
	 * @param {() => Promise<T>} task
	 * @returns {Promise<T>}
	 */
	#inTurn(note, task) {
		const before = this.#tails.get(note) ?? Promise.resolve();
		const turn = before.then(task, task).finally(() => {
			this.pending--;
			if (this.#tails.get(note) === turn)
				this.#tails.delete(note);
		});
		this.pending++;
		this.#tails.set(note, turn);
		return turn;
	}
}
