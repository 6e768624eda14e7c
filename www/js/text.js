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

export const CARD = {
	twoVersions: "Two versions",
	conflict: "Somebody else changed the same words while you were writing. Nothing is lost: choose.",
	mine: "Yours",
	theirs: "Theirs",
	both: "Both, for you to edit",
	keepMine: "Keep mine",
	takeTheirs: "Take theirs",
	takeBoth: "Save both",
	gone: "Somebody else deleted this note.",
	putBack: "Put it back",
	letGo: "Let it go",
	refused: "This was not saved; it is kept here.",
	again: "Try again",
	drop: "Drop it",
	saved: "Saved",
};
/** @type {Record<import("./display.js").Standing, string>} */
export const STANDING = {
	"": "",
	saving: "Saving…",
	waiting: "Kept here, waiting to be sent",
	conflict: "Two versions: choose",
	gone: "Deleted by somebody else",
	refused: "Not saved",
};

/** @param {boolean} known @param {boolean} gone @param {string} name */
export const NEWS = (known, gone, name) => `${!known ? "Added" : gone ? "Deleted" : "Changed"}: ${name}.`;
/** @param {string} problem */
export const NOT_DONE = (problem) => `That was not done. ${problem}.`;
/** @param {string} words @param {number} n	edits that are not sent */
export const UNSENT = (words, n) => (n ? `${words} · ${n === 1 ? "1 change" : `${n} changes`} not saved yet` : words);
