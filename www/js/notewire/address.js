// @ts-check

import { randomId, sizeOf } from "./bytes.js";

/** @import { CoreOptions, PushClientOptions } from "./types.js" */

/** @param {string | URL | undefined} given @param {string | URL} [base] */
function urlOf(given, base = globalThis.document?.baseURI ?? globalThis.location?.href) {
	return new URL(given ?? "", base);
}

/** The same with "ws" for "http". @param {URL} url */
function toSocket(url) {
	url.protocol = url.protocol.replace(/^http/, "ws");
	return url;
}

/**
 * What a WebSocket makes of its first argument (WHATWG WebSockets, "obtain").
 * @param {string | URL} url
 */
export function socketURL(url) {
	/** @type {URL | undefined} */
	let out;

	try {
		out = toSocket(urlOf(url));
	} catch {
		/* what is no address is none of a WebSocket */
	}
	if (!out || !/^wss?:$/.test(out.protocol) || out.hash || String(url).endsWith("#"))
		throw new DOMException(`No address of a WebSocket: ${url}`, "SyntaxError");
	return out;
}

/** @param {IArguments} given	at least one */
export function need(given) {
	if (given.length === 0)
		throw new TypeError("An argument is missing");
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
 * Where a client finds its board, and as whom.
 * @param {PushClientOptions} options
 * @returns {CoreOptions}
 */
export function coreOptions({ api, socket, board, token, peer, presence, transports }) {
	const at = urlOf(api ?? "api/");

	return { api: at.href, socket: toSocket(urlOf(socket ?? "../socket/", at)).href, board, token,
		peer: peer === true ? randomId() : peer || undefined, presence, transports };
}
