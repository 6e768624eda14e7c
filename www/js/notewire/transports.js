// @ts-check

import { eventsource } from "./eventsource.js";
import { htmlfile } from "./htmlfile.js";
import { longpoll } from "./longpoll.js";
import { poll } from "./poll.js";
import { inTasks } from "./tasks.js";
import { websocket } from "./websocket.js";

/** In order of preference. */
export const TRANSPORTS = [websocket, ...[eventsource, longpoll, htmlfile, poll].map(inTasks)];

/** @returns {import("./types.js").TransportName[]} what this browser has */
export function transportsHere() {
	return TRANSPORTS.filter((t) => t.here()).map((t) => t.name);
}
