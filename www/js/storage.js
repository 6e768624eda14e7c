// @ts-check

/**
 * What this browser keeps: edits on their way, boards as last seen, and the
 * note that is being begun.  Where IndexedDB is closed to the page, for as
 * long as the page lives.
 *
 * @import { Edit } from "./edits.js"
 * @import { Snapshot } from "./types.js"
 */

import { openDB } from "../modules/idb/index.js";

/** @typedef {import("../modules/idb/index.js").IDBPDatabase<any>} Database */
/** @typedef {{ title: string, text: string, list: boolean, files?: readonly File[] }} Draft */

export class Storage {
	/** @type {Promise<Database | null>} */
	#db;
	/** False when what is kept ends with the page. */
	lasting = true;

	/** @param {string} place	one service's page among those of its origin */
	constructor(place) {
		this.#db = openDB(`notewire ${place}`, 1, {
			upgrade(db) {
				db.createObjectStore("edits", { keyPath: "id" }).createIndex("board", "board");
				db.createObjectStore("boards");
				db.createObjectStore("drafts");
			},
		}).catch(() => {
			this.lasting = false;
			return null;
		});
	}

	/**
	 * @param {string} board
	 * @returns {Promise<Edit[]>}	of all tabs, in order
	 */
	async edits(board) {
		const db = await this.#db;
		const all = await db?.getAllFromIndex("edits", "board", board) ?? [];

		return all.sort((a, b) => a.at - b.at);
	}

	/**
	 * @param {Edit[]} put
	 * @param {string[]} gone	ids
	 */
	async keep(put, gone) {
		const tx = (await this.#db)?.transaction("edits", "readwrite", { durability: "strict" });

		const asked = [...put.map((e) => tx?.store.put(e)), ...gone.map((id) => tx?.store.delete(id))];

		tx?.commit();			/* the page may be going */
		await Promise.all([...asked, tx?.done]);
	}

	/**
	 * Changes who an edit belongs to, or that it is being sent, unless
	 * another tab was first.
	 * @param {Edit} edit
	 * @param {string} tab	whose it must be now
	 * @returns {Promise<boolean>}	whether it was
	 */
	async claim(edit, tab) {
		const tx = (await this.#db)?.transaction("edits", "readwrite", { durability: "strict" });
		if (!tx)
			return true;
		const ours = (await tx.store.get(edit.id))?.tab === tab;
		if (ours)
			await tx.store.put(edit);
		await tx.done;
		return ours;
	}

	/** @param {string} board @returns {Promise<Snapshot | undefined>} */
	async board(board) {
		return (await this.#db)?.get("boards", board);
	}

	/** @param {string} board @param {Snapshot | null} snapshot */
	async keepBoard(board, snapshot) {
		const tx = (await this.#db)?.transaction("boards", "readwrite");
		const asked = snapshot ? tx?.store.put(snapshot, board) : tx?.store.delete(board);

		tx?.commit();			/* the page may be going */
		await Promise.all([asked, tx?.done]);
	}

	/** @param {string} board @returns {Promise<Draft | undefined>} */
	async draft(board) {
		return (await this.#db)?.get("drafts", board);
	}

	/** @param {string} board @param {Draft | null} draft */
	async keepDraft(board, draft) {
		const tx = (await this.#db)?.transaction("drafts", "readwrite");
		const asked = draft ? tx?.store.put(draft, board) : tx?.store.delete(board);

		tx?.commit();			/* the page may be going */
		await Promise.all([asked, tx?.done]);
	}
}
