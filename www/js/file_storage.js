// @ts-check

/**
 * Files on their way, kept in this browser with their bytes until the service
 * has them.  A database of its own: it is opened by few.
 *
 * @import { FileTask } from "./files.js"
 */

import { openDB } from "../modules/idb/index.js";

/** @typedef {import("../modules/idb/index.js").IDBPDatabase<any>} Database */

export class FileStorage {
	/** @type {Promise<Database | null>} */
	#db;
	/** False when what is kept ends with the page. */
	lasting = true;

	/** @param {string} place	one service's page among those of its origin */
	constructor(place) {
		this.#db = openDB(`notewire files ${place}`, 1, {
			upgrade(db) {
				db.createObjectStore("files", { keyPath: ["kind", "id"] }).createIndex("board", "board");
			},
		}).catch(() => {
			this.lasting = false;
			return null;
		});
	}

	/** @param {string} board @returns {Promise<FileTask[]>}	of all tabs, in order */
	async tasks(board) {
		const all = await (await this.#db)?.getAllFromIndex("files", "board", board) ?? [];

		return all.sort((a, b) => a.at - b.at);
	}

	/** @param {FileTask} task */
	async keep(task) {
		await (await this.#db)?.put("files", task).catch(() => {
			this.lasting = false;
		});
	}

	/**
	 * Changes who a task belongs to, unless another tab was first.
	 * @param {FileTask} task
	 * @param {string} tab	whose it must be now
	 * @returns {Promise<boolean>}	whether it was
	 */
	async claim(task, tab) {
		const tx = (await this.#db)?.transaction("files", "readwrite");
		const was = (await tx?.store.get([task.kind, task.id]))?.tab === tab;

		if (was)
			await tx?.store.put(task);
		await tx?.done;
		return was;
	}

	/** @param {FileTask} task */
	async drop({ kind, id }) {
		await (await this.#db)?.delete("files", [kind, id]).catch(() => {});
	}
}
