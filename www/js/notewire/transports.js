// @ts-check

import { websocket } from "./websocket.js";

/** @import { Transport, TransportName } from "./types.js" */

/** @param {Exclude<TransportName, "websocket">} name @returns {Transport} */
const feed = (name) => async (url, options, sink) => (await import("./feeds.js")).openFeed(name, url, options, sink);

/**
 * In order of preference.
 * @type {Record<TransportName, Transport>}
 */
export const TRANSPORTS = { websocket, eventsource: feed("eventsource"), longpoll: feed("longpoll"),
	htmlfile: feed("htmlfile"), poll: feed("poll") };

/** @param {unknown} framed	whether there is a document, here or elsewhere */
export function transportsHere(framed = globalThis.document) {
	return /** @type {TransportName[]} */ (Object.keys(TRANSPORTS)).filter((name) =>
		(name !== "websocket" || globalThis.WebSocket) && (name !== "htmlfile" || framed));
}
