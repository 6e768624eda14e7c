// @ts-check

/**
 * A note's files: where they are, how they get there and away.
 *
 * @import { NoteFile } from "./types.js"
 */

import { ApiError } from "./api.js";

/** Longer than this without a byte that moves, and the way is broken. */
const STALL_MS = 30_000;

/** @param {string} board @param {string} file */
export function fileAddress(board, file) {
	return new URL(`api/boards/${board}/files/${file}`, document.baseURI).href;
}

/**
 * @typedef {object} Upload
 * @property {string} board
 * @property {string} note
 * @property {string} id	of the file; the same again is done once
 * @property {string} name
 * @property {Blob} bytes
 */

/**
 * Sends a file, once.  fetch() tells nobody how far it is.
 * @param {Upload} upload
 * @param {(part: number) => void} progress	0 to 1
 * @param {AbortSignal} signal
 * @returns {Promise<NoteFile>}	rejects with an ApiError
 */
export function apiPutFile({ board, note, id, name, bytes }, progress, signal) {
	const request = new XMLHttpRequest();
	const query = new URLSearchParams({ note, name });
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	let timer;
	const alive = () => {
		clearTimeout(timer);
		timer = setTimeout(() => request.abort(), STALL_MS);
	};

	return new Promise((resolve, reject) => {
		request.open("PUT", `${fileAddress(board, id)}?${query}`);
		request.setRequestHeader("Accept", "application/json");
		request.setRequestHeader("Content-Type", "application/octet-stream");
		request.upload.addEventListener("progress", ({ loaded, total }) => {
			alive();
			progress(total ? loaded / total : 1);
		});
		request.addEventListener("loadend", () => {
			clearTimeout(timer);
			const body = answered(request);
			if (request.status === 200 || request.status === 201)
				return resolve(body);
			const wait = Number(request.getResponseHeader("Retry-After")) || 0;
			reject(new ApiError(request.status, body ?? {}, wait * 1000));
		});
		signal.addEventListener("abort", () => request.abort(), { once: true });
		alive();
		request.send(bytes);
	});
}

/** @param {XMLHttpRequest} request @returns {any}	null where it is not JSON */
function answered(request) {
	try {
		return JSON.parse(request.responseText);
	} catch {
		return null;
	}
}

/**
 * @param {string} board
 * @param {string} file
 * @returns {Promise<void>}	also where it was gone already
 */
export async function apiDeleteFile(board, file) {
	const answer = await fetch(fileAddress(board, file), {
		method: "DELETE", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(STALL_MS),
	}).catch(() => null);

	if (answer?.ok || answer?.status === 404)
		return;
	throw new ApiError(answer?.status ?? 0, await answer?.json().catch(() => ({})) ?? {}, 0);
}
