// @ts-check

/** @import { Clock, Link, PushSocketOptions } from "./types.js" */

import { request } from "./http.js";

/**
 * …/socket/BOARD?since=&peer=, and the API beside it unless that is given.
 * @param {URL} url
 * @param {PushSocketOptions & { clock: Clock }} options
 * @returns {Link}
 */
export function linkOf(url, { api, token, clock, frame }) {
	const get = (/** @type {string} */ name) => url.searchParams.get(name) ?? "";

	return {
		api: api ?? new URL("../api/", url).href.replace(/^ws/, "http"),
		board: url.pathname.replace(/.*\//, ""), token, clock, frame,
		since: get("since"), peer: get("peer"),
	};
}

/**
 * With a ticket, where a token counts and no header can be sent.
 * @param {Link} link
 * @param {string} address
 * @param {AbortSignal} [signal]
 */
export async function ticketed(link, address, signal) {
	const url = new URL(address);

	if (link.token) {
		const { body } = await request(link, "tickets", { body: JSON.stringify({ board: link.board }), signal });
		url.searchParams.set("ticket", body.ticket);
	}
	return url;
}

/** The same, of a board's WebSocket. @param {URL} url @param {Parameters<typeof linkOf>[1]} options */
export function ticketedSocket(url, options) {
	return ticketed(linkOf(url, options), url.href);
}
