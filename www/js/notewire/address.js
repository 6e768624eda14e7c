// @ts-check

/** @import { Clock, Link } from "./types.js" */

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
