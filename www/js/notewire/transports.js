// @ts-check

import { eventsource } from "./eventsource.js";
import { htmlfile } from "./htmlfile.js";
import { longpoll } from "./longpoll.js";
import { poll } from "./poll.js";
import { websocket } from "./websocket.js";

/** In order of preference. */
export const TRANSPORTS = [websocket, eventsource, longpoll, htmlfile, poll];

/** @returns {import("./types.js").TransportName[]} what this browser has */
export function transportsHere() {
	return TRANSPORTS.filter((t) => t.here()).map((t) => t.name);
}
