// @ts-check

/**
 * The words that the page's modules say, so that they can be translated in
 * one place.
 *
 * @import { State, TransportName } from "./notewire/types.js"
 */

/** @type {Record<TransportName | "", string>} */
const LIVE = {
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
	return state === "open" ? LIVE[transport]
		: state === "closed" ? ENDED[reason] ?? STATES.closed : STATES[state];
}

export const PAGE = {
	untitled: "Board without a title",
	may: { read: "to read", write: "to write", admin: "yours" },
	opensNothing: "That link opens nothing here. It may have been revoked.",
	notHere: "This browser cannot open that board. Open it with its link.",
	noLink: "That is no link to a board. It should end in “#w.” or “#r.” and 22 characters.",
	/** @param {string} where */
	elsewhere: (where) => `That link belongs to ${where}. Open it there.`,
	expired: "Your visit has expired. Open the board with its link again.",
	silent: "The service does not answer. Try again in a moment.",
	noAnswer: "The service did not answer",
	connected: "Connected again.",
	broken: "The connection is lost. Trying again.",
	/** @param {number} n */
	changes: (n) => `${n} changes.`,
};
export const NOTE = {
	/** @param {string} name */
	called: (name) => `Note: ${name}`,
	untitled: "without a title",
	/** @param {string} name */
	deleted: (name) => `Deleted “${name}”.`,
	undo: "Undo",
	write: "Write a note…",
	writeItems: "One item a line…",
	emptyItem: "Item without text",
	/** @param {string} text */
	deleteItem: (text) => `Delete the item ${text}`,
	/** @param {string} text */
	moveItem: (text) => `Move the item ${text}`,
	/** @param {number} done @param {number} all @param {string} when */
	done: (done, all, when) => `${done} of ${all} done · ${when}`,
};
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

export const HERE = {
	somebody: "Somebody without a name",
	/** @param {number} count @param {string[]} names */
	all: (count, names) => (count <= 1 ? "Only you are here" : `${count} are here: you, ${names.slice(0, 5).join(", ")}`),
};
/** @param {string[]} names	"" where there is none */
export const TYPING = (names) => (names.length === 0 ? "" : names.length > 2 ? `${names.length} are writing…`
	: `${names.map((name) => name || "Somebody").join(" and ")} ${names.length === 1 ? "is" : "are"} writing…`);
/** @param {boolean} known @param {boolean} gone @param {string} name */
export const NEWS = (known, gone, name) => `${!known ? "Added" : gone ? "Deleted" : "Changed"}: ${name}.`;
/** @param {string} problem */
export const NOT_DONE = (problem) => `That was not done. ${problem}.`;
/** @param {string} words @param {number} n	edits that are not sent */
export const UNSENT = (words, n) => (n ? `${words} · ${n === 1 ? "1 change" : `${n} changes`} not saved yet` : words);

/** @type {Record<string, (name: string) => string>} */
export const ACTS = {
	attach: (name) => `Attach files to the note ${name}`,
	sketch: (name) => `Draw a sketch on the note ${name}`,
	pin: (name) => `Pin the note ${name}`,
	history: (name) => `History of the note ${name}`,
	move: (name) => `Move the note ${name}`,
	delete: (name) => `Delete the note ${name}`,
};
export const FILES = {
	sketch: "Sketch",
	list: "Files",
	waiting: "Waiting to be sent",
	/** @param {number} part */
	sent: (part) => `${Math.floor(part * 100)} %`,
	/** @param {string} name */
	sending: (name) => `Sending ${name}`,
	refused: "Not sent",
	again: "Try again",
	/** @param {string} name */
	againOf: (name) => `Try again: ${name}`,
	/** @param {string} name */
	show: (name) => `Show ${name}`,
	/** @param {string} name @param {string} size */
	save: (name, size) => `Save ${name}, ${size}`,
	/** @param {string} name */
	remove: (name) => `Delete the file ${name}`,
	/** @param {string} name */
	removed: (name) => `Deleted the file “${name}”.`,
	undo: "Undo",
	/** @param {string} name @param {string} size */
	tooLarge: (name, size) => `“${name}” is too large to attach: a file may have ${size}.`,
	/** @param {string} name @param {string} problem */
	lost: (name, problem) => `“${name}” could not be changed or sent. ${problem}.`,
	/** @param {string} name */
	pasted: (name) => `Added the file “${name}”.`,
	previous: "Previous image",
	next: "Next image",
	close: "Close",
	download: "Save this image",
};
const UNITS = /** @type {const} */ (["byte", "kilobyte", "megabyte", "gigabyte"]);

/** @param {number} bytes */
export function sizeWords(bytes) {
	const power = bytes < 1000 ? 0 : Math.min(3, Math.floor(Math.log10(bytes) / 3));

	return new Intl.NumberFormat(undefined, { style: "unit", unit: UNITS[power], unitDisplay: power ? "short" : "long",
		maximumFractionDigits: power > 1 ? 1 : 0 }).format(bytes / 1000 ** power);
}
export const LATE = {
	missing: "This part of the page could not be loaded. It comes when there is a connection again.",
	here: "The part of the page that was missing is here.",
	open: "Open it",
};
