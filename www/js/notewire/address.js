// @ts-check

import { sizeOf } from "./bytes.js";
import { randomId } from "./id.js";

/** @import { Clock, Link, PushClientOptions } from "./types.js" */

/**
 * What a WebSocket makes of its first argument (WHATWG WebSockets, "obtain").
 * @param {string | URL} url
 */
export function socketURL(url) {
	/** @type {URL} */
	let out;

	try {
		out = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
	} catch {
		throw new DOMException(`No address: ${url}`, "SyntaxError");
	}
	out.protocol = out.protocol.replace(/^http/, "ws");
	if (!/^wss?:$/.test(out.protocol) || out.hash || String(url).endsWith("#"))
		throw new DOMException(`No address of a WebSocket: ${url}`, "SyntaxError");
	return out;
}

/**
 * …/socket/BOARD?since=&peer=, and the API beside it unless that is given.
 * @param {URL} url
 * @param {{ api?: string, token?: string, clock: Clock }} options
 * @returns {Link}
 */
export function linkOf(url, { api, token, clock }) {
	const at = new URL(url);
	const board = at.pathname.slice(at.pathname.lastIndexOf("/") + 1);

	at.search = "";
	const socket = new URL("./", at).href;
	at.protocol = at.protocol.replace(/^ws/, "http");
	return {
		api: api ?? new URL("../api/", at).href, socket, board, token, clock,
		since: url.searchParams.get("since") ?? "",
		peer: url.searchParams.get("peer") ?? undefined,
	};
}

/** @param {string | string[]} protocols */
export function checkProtocols(protocols) {
	const wanted = [protocols].flat().map(String);

	if (new Set(wanted.map((p) => p.toLowerCase())).size < wanted.length
		|| !wanted.every((p) => /^[\w!#$%&'*+.^`|~-]+$/.test(p)))
		throw new DOMException("A subprotocol is no token, or is named twice", "SyntaxError");
	return wanted;
}

/** @param {number} [code] @param {string} [reason] */
export function checkClose(code, reason = "") {
	if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
		throw new DOMException("The code is neither 1000 nor 3000 to 4999", "InvalidAccessError");
	if (sizeOf(reason) > 123)
		throw new DOMException("The reason is longer than 123 bytes", "SyntaxError");
}

/**
 * Where a client finds its board.
 * @param {PushClientOptions} options
 * @param {Clock} clock
 * @returns {Link}
 */
export function linkFor({ api: given, socket: prefix, board, token, since = "", peer }, clock) {
	const api = new URL(given ?? "api/", globalThis.document?.baseURI);
	const socket = new URL(prefix ?? "../socket/", api);

	socket.protocol = socket.protocol.replace(/^http/, "ws");
	return { api: api.href, socket: socket.href, board, token, since, clock,
		peer: peer === true ? randomId() : peer || undefined };
}
