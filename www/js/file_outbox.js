// @ts-check

/**
 * Brings files to the service and away from it, one at a time and beside the
 * edits, so that a large one holds up no word.  What is broken off begins
 * again, after a reload too; under its id a file is there once.
 *
 * @import { FileTask } from "./files.js"
 */

import { ApiError } from "./api.js";
import { apiDeleteFile, apiPutFile } from "./api_files.js";
import { FileTaskList } from "./file_tasks.js";
import { filesDue } from "./files.js";
import { idNew } from "./id.js";
import { backoff } from "./notewire/backoff.js";

/** So long a file that was deleted can come back by a click. */
const UNDO_MS = 8_000;
const NAME_BYTES = 255;

/**
 * @typedef {object} FileMeans
 * @property {(note: string) => boolean} there	whether the service has the note, or never will
 * @property {() => void} changed
 * @property {(task: FileTask, problem: string) => void} lost	it was given up: its note is gone, or it may not go
 */

export class FileOutbox {
	/** @type {Map<string, number>}	how much of each is sent, 0 to 1 */
	parts = new Map();
	tasks;
	#board;
	#means;
	#open = false;
	/** @type {{ id: string, stop: AbortController } | null} */
	#running = null;
	#failures = 0;
	#notBefore = 0;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/**
	 * @param {string} board
	 * @param {string} tab
	 * @param {string} place
	 * @param {FileMeans} means
	 */
	constructor(board, tab, place, means) {
		this.#board = board;
		this.#means = means;
		this.tasks = new FileTaskList(board, tab, place, () => {
			means.changed();
			this.#play();
		});
	}

	/** Whether one of the note's is on its way or has just been. @param {string} note */
	touches(note) {
		return this.tasks.all.some((t) => t.note === note && (t.state === "done" || t.id === this.#running?.id));
	}

	/** What is kept may go from now on. */
	start() {
		this.#open = true;
		this.#play();
	}

	/** For good: the board is left. */
	close() {
		this.#open = false;
		clearTimeout(this.#timer);
		this.#running?.stop.abort();
	}

	/** There is a connection: what waits may go at once. */
	wake() {
		this.#notBefore = 0;
		this.#play();
	}

	/** There may be a note that was missing. */
	look() {
		this.#play();
	}

	/** @param {string} note @param {readonly File[]} files */
	async add(note, files) {
		for (const file of files)
			await this.tasks.add({ id: idNew(), kind: "put", note, at: Date.now(), name: fileName(file.name),
				size: file.size, type: file.type, bytes: file });
	}

	/**
	 * @param {string} note
	 * @param {{ id: string, name: string, size: number, type: string }} file
	 */
	async remove(note, { id, name, size, type }) {
		const coming = this.tasks.all.find((t) => t.id === id && t.kind === "put" && t.state !== "done");
		const begun = this.#running?.id === id;

		if (begun)
			this.#running?.stop.abort();
		if (coming)
			await this.tasks.drop(coming);
		if (!coming || begun)
			await this.tasks.add({ id, kind: "delete", note, at: Date.now() + (coming ? 0 : UNDO_MS), name, size, type });
	}

	/** It stays. @param {string} id	of a file that was to go */
	async undo(id) {
		const going = this.tasks.all.find((t) => t.id === id && t.kind === "delete" && t.state === "");

		if (going && this.#running?.id !== id)
			await this.tasks.drop(going);
	}

	/** What was refused is tried again. @param {string} id */
	async again(id) {
		const refused = this.tasks.all.find((t) => t.id === id && t.state === "refused");

		if (refused)
			await this.tasks.stands(refused, { state: "" });
	}

	#play() {
		clearTimeout(this.#timer);
		if (!this.#open || this.#running)
			return;
		const now = Date.now();
		const { due, wait } = filesDue(this.tasks.all, this.#means.there, now);
		const pause = Math.max(wait, this.#notBefore - now);
		if (due && pause <= 0)
			this.#run(due);
		else if (pause < Infinity)
			this.#timer = setTimeout(() => this.#play(), pause);
	}

	/** @param {FileTask} task */
	async #run(task) {
		const stop = new AbortController();

		this.#running = { id: task.id, stop };
		try {
			await this.#send(task, stop.signal);
			this.#failures = 0;
			await this.tasks.stands(task, { state: "done" });
		} catch (error) {
			if (!(error instanceof ApiError))
				throw error;
			if (!stop.signal.aborted)
				await this.#failed(task, error);
		} finally {
			this.#running = null;
			this.parts.delete(task.id);
			this.#means.changed();
			this.#play();
		}
	}

	/** @param {FileTask} task @param {AbortSignal} signal @returns {Promise<unknown>} */
	#send({ id, kind, note, name, bytes = new Blob() }, signal) {
		if (kind === "delete")
			return apiDeleteFile(this.#board, id);
		this.parts.set(id, 0);
		return apiPutFile({ board: this.#board, note, id, name, bytes }, (part) => {
			this.parts.set(id, part);
			this.#means.changed();
		}, signal);
	}

	/** @param {FileTask} task @param {ApiError} error */
	async #failed(task, error) {
		if (error.passing)
			this.#notBefore = Date.now() + Math.max(backoff(this.#failures++, Math.random()), error.retryAfterMs);
		else if (error.status === 404 || task.kind === "delete") {
			this.#means.lost(task, error.message);
			await this.tasks.drop(task);
		} else
			await this.tasks.stands(task, { state: "refused", reason: error.message });
	}
}

/** @param {string} name	as a browser gives it @returns {string}	as the service takes it */
function fileName(name) {
	const encoder = new TextEncoder();
	let cut = name.replace(/[\p{Cc}/\\]/gu, "_");

	while (encoder.encode(cut).length > NAME_BYTES)
		cut = cut.slice(0, -1);
	return cut || "file";
}
