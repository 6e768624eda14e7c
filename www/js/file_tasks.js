// @ts-check

/**
 * The list of files on their way, kept in this browser as it goes on.
 *
 * @import { FileTask, FileTasks } from "./files.js"
 * @import { Neighbours } from "./neighbours.js"
 * @import { Note } from "./types.js"
 */

import { FileStorage } from "./file_storage.js";
import { filesConfirm } from "./files.js";

export class FileTaskList {
	/** @type {FileTasks} */
	all = [];
	#board;
	#tab;
	#storage;
	#turned;

	/**
	 * @param {string} board
	 * @param {string} tab
	 * @param {string} place
	 * @param {() => void} turned
	 */
	constructor(board, tab, place, turned) {
		this.#board = board;
		this.#tab = tab;
		this.#storage = new FileStorage(place);
		this.#turned = turned;
	}

	/** How many the service has not got. */
	get pending() {
		return this.all.filter((t) => t.state !== "done").length;
	}

	/** Whether leaving the page now would lose something. */
	get atRisk() {
		return !this.#storage.lasting && this.pending > 0;
	}

	/** Takes over what tabs left that are no more. @param {Neighbours} neighbours @param {number} [patience] */
	async load(neighbours, patience) {
		const left = await this.#storage.tasks(this.#board);
		const living = left.length > 0 ? await neighbours.living(patience) : new Set();
		const taken = [];

		for (const task of left) {
			const mine = { ...task, tab: this.#tab };
			if (!living.has(task.tab) && await this.#storage.claim(mine, task.tab))
				taken.push(mine);
		}
		if (taken.length > 0)
			this.#turn([...taken, ...this.all]);
	}

	/** @param {Omit<FileTask, "board" | "tab" | "state">} task */
	async add(task) {
		/** @type {FileTask} */
		const whole = { ...task, board: this.#board, tab: this.#tab, state: "" };

		await this.#storage.keep(whole);
		this.#turn([...this.all, whole]);
	}

	/** @param {FileTask} task */
	async drop(task) {
		await this.#storage.drop(task);
		this.#turn(this.all.filter((t) => t.id !== task.id || t.kind !== task.kind));
	}

	/** @param {FileTask} task @param {Pick<FileTask, "state" | "reason">} how	it stands now */
	async stands(task, { state, reason }) {
		const now = { ...task, state, reason };

		await (state === "done" ? this.#storage.drop(now) : this.#storage.keep(now));
		this.#turn(this.all.map((t) => (t.id === task.id && t.kind === task.kind ? now : t)));
	}

	/** @param {ReadonlyMap<string, Note>} notes	as the service has them now */
	confirm(notes) {
		this.#turn(filesConfirm(this.all, notes));
	}

	/** @param {FileTasks} tasks */
	#turn(tasks) {
		if (tasks === this.all)
			return;
		this.all = tasks;
		this.#turned();
	}
}
