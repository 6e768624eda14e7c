// @ts-check

/**
 * What the page asks for by plain requests; what is live goes through
 * notewire/.  Every call answers with what the
 * service said or throws an ApiError; no call repeats itself.
 *
 * @import { BoardEntry, Note, Snapshot } from "./types.js"
 */

import { keyNew } from "./id.js";
import { PAGE } from "./text.js";

/** Longer than any answer takes that is not held on purpose. */
const PATIENCE_MS = 20_000;

/**
 * @typedef {object} Ask
 * @property {unknown} [body]	sent as JSON
 * @property {Blob} [raw]	JSON as it is; it may take its time
 * @property {string} [key]	the write's Idempotency-Key
 */

/** A refusal (RFC 9457), or status 0: no answer, or none of the service's. */
export class ApiError extends Error {
	/**
	 * @param {number} status
	 * @param {{ type?: string, title?: string, detail?: string }} problem
	 * @param {number} retryAfterMs
	 */
	constructor(status, problem, retryAfterMs) {
		super(problem.detail || problem.title || PAGE.noAnswer);
		this.status = status;
		this.slug = (problem.type ?? "").replace(/^urn:notewire:/, "");
		this.retryAfterMs = retryAfterMs;
	}

	/** May the same request succeed in a while?  What has no slug comes
	    from the web server, while the service behind it is away. */
	get passing() {
		return [0, 408, 429].includes(this.status) || this.slug === "busy"
			|| (this.status >= 500 && this.slug === "");
	}
}

/**
 * @param {string} title
 * @param {string} key
 * @returns {Promise<{ id: string, links: { read: string, write: string, admin: string } }>}
 */
export async function apiCreateBoard(title, key) {
	return (await call("POST", "boards", { body: { title }, key })).body;
}

/**
 * Trades a link for a cookie.
 * @param {string} token
 * @param {string} key
 * @returns {Promise<{ board: string, boards: BoardEntry[] }>}
 */
export async function apiOpenSession(token, key) {
	return (await call("POST", "session", { body: { token }, key })).body;
}

/** @returns {Promise<BoardEntry[]>} the boards this browser has links to */
export async function apiBoards() {
	return (await call("GET", "session", {})).body.boards;
}

/**
 * @param {string} board
 * @returns {Promise<Snapshot>}
 */
export async function apiBoard(board) {
	return (await call("GET", `boards/${board}`, {})).body;
}

/**
 * @param {string} board
 * @param {string} note
 * @returns {Promise<Note | null>}	also one in the trash; null when there is none
 */
export async function apiNote(board, note) {
	try {
		return (await call("GET", `boards/${board}/notes/${note}`, {})).body;
	} catch (error) {
		if (error instanceof ApiError && error.status === 404)
			return null;
		throw error;
	}
}

/**
 * @param {string} board
 * @returns {Promise<Note[]>}	what is in the trash, latest first
 */
export async function apiTrash(board) {
	return (await call("GET", `boards/${board}/trash`, {})).body.notes;
}

/**
 * @param {string} board
 * @param {string} note
 * @returns {Promise<{ rev: string, at: string, by: string | null, doc: Note }[]>}	latest first
 */
export async function apiHistory(board, note) {
	return (await call("GET", `boards/${board}/notes/${note}/history`, {})).body.revisions;
}

/**
 * The board's links, for those who may make and revoke them.
 * @param {string} board
 * @returns {import("./view_share.js").Links}
 */
export function apiLinks(board) {
	const path = `boards/${board}/links`;

	return {
		mint: async (link) => (await call("POST", path, { body: link, key: keyNew() })).body,
		list: async () => (await call("GET", path, {})).body.links,
		revoke: async (id) => void await call("DELETE", `${path}/${id}`, {}),
	};
}

/**
 * Brings back what an export holds.
 * @param {string} board
 * @param {Blob} file
 * @returns {Promise<Record<"notes" | "files", { created: number, skipped: number }>>}
 */
export async function apiImport(board, file) {
	return (await call("POST", `boards/${board}/import`, { raw: file })).body;
}

/** @param {string} path */
function address(path) {
	return new URL(`api/${path}`, document.baseURI);
}

/**
 * @param {string} method
 * @param {string} path
 * @param {Ask} ask
 * @returns {Promise<{ body: any }>}
 */
async function call(method, path, ask) {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), ask.raw ? PATIENCE_MS * 15 : PATIENCE_MS);

	try {
		const answer = await fetch(address(path), {
			method, headers: headers(ask), signal: stop.signal,
			body: ask.raw ?? (ask.body === undefined ? undefined : JSON.stringify(ask.body)),
		});
		return await read(answer);
	} catch (error) {
		throw error instanceof ApiError ? error : new ApiError(0, {}, 0);
	} finally {
		clearTimeout(timer);
	}
}

/** @param {Ask} ask */
function headers(ask) {
	const headers = new Headers({ Accept: "application/json" });
	if (ask.body !== undefined || ask.raw)
		headers.set("Content-Type", "application/json");
	if (ask.key !== undefined)
		headers.set("Idempotency-Key", `"${ask.key}"`);
	return headers;
}

/**
 * Anything but the service's own JSON counts as no answer: hotel networks
 * say 200 too.
 * @param {Response} answer
 */
async function read(answer) {
	const json = /[/+]json\b/.test(answer.headers.get("Content-Type") ?? "");
	const wait = Number(answer.headers.get("Retry-After")) || 0;

	if (!answer.ok)
		throw new ApiError(answer.status, json ? await answer.json() : {}, wait * 1000);
	if (answer.status !== 204 && !json)
		throw new ApiError(0, {}, 0);
	return { body: answer.status === 204 ? null : await answer.json() };
}
