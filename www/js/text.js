// @ts-check

/**
 * The words that the page's modules say, so that they can be translated in
 * one place.
 *
 * @import { State, TransportName } from "./notewire/types.js"
 */

/** @type {Record<TransportName | "", string>} */
const BY = {
	"": "Live",
	websocket: "Live by WebSocket",
	eventsource: "Live over an event stream",
	longpoll: "Live by long-polling",
	htmlfile: "Live by a forever frame",
	poll: "Checking every few seconds",
};
/** @type {Record<State, string>} */
const STATES = {
	idle: "Resting",
	connecting: "Connecting…",
	open: "Live",
	waiting: "Reconnecting…",
	offline: "Offline",
	closed: "Not connected",
};
/** @type {Record<string, string>} */
const ENDED = {
	revoked: "This link has been revoked",
	gone: "This board has been deleted",
	expired: "Your visit has expired; open your link again",
};

/** @param {State} state @param {TransportName | ""} transport @param {string} reason */
export function connectionWords(state, transport, reason) {
	return state === "open" ? BY[transport]
		: state === "closed" ? ENDED[reason] ?? STATES.closed : STATES[state];
}
