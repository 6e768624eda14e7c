// @ts-check

/**
 * All words of the page, so that they can be translated in one place: what
 * stands in index.html, what is said at a first look, and then the panels.
 *
 * @import { State, TransportName } from "./notewire/types.js"
 */

/** What index.html says: bundle.mjs puts it in. */
export const HTML = {
	share: "Share",
	noScript: "This page needs JavaScript to show a board.",
	without: "Notewire without it",
	landing: "Notes that everyone sees at once",
	lead: "Make a board and send its link to whoever should write on it. There are no accounts: the link is the key.",
	make: "Make a board",
	makeTitle: "Title",
	makeExample: "Groceries",
	makeNow: "Make the board",
	openLink: "Open a link",
	pasteLink: "The link you were sent",
	openNow: "Open the board",
	mine: "Boards opened in this browser",
	searchLabel: "Search this board",
	search: "Search",
	trash: "Trash",
	more: "More",
	composer: "New note",
	newTitle: "Title of the new note",
	title: "Title",
	newText: "The new note",
	newTextHint: "Write a note…",
	kind: "Kind of note",
	text: "Text",
	checklist: "Checklist",
	attach: "Attach files",
	sketchNew: "Draw a sketch",
	add: "Add note",
	empty: "Nothing here yet. What is written on this board shows up here, in every window, as it happens.",
	foundNone: "No note has all of these words.",
	notes: "Notes",
	direct: "Files from browser to browser",
	message: "Message",
	closeMessage: "Close this message",
	items: "Items",
	newItem: "New item",
	addItemHint: "Add an item",
	addItem: "Add",
	color: "Colour",
	plain: "Plain",
	red: "Red",
	orange: "Orange",
	yellow: "Yellow",
	green: "Green",
	teal: "Teal",
	blue: "Blue",
	purple: "Purple",
	pink: "Pink",
	brown: "Brown",
	gray: "Gray",
	move: "Drag, or use the arrow keys",
	pin: "Pin",
	sketch: "Sketch",
	history: "History",
	delete: "Delete",
	item: "Item",
};

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

/** @type {Record<TransportName, string>} */
export const BY = {
	websocket: "WebSocket",
	eventsource: "Event stream",
	htmlfile: "Forever frame",
	longpoll: "Long-poll",
	poll: "Poll",
};
/** @type {Record<TransportName | "", string>} */
const ABOUT = {
	"": "",
	websocket: "The best there is: one connection stays open, and both sides speak whenever they want.",
	eventsource: "One answer stays open and the service writes each change into it; what you do goes as a request of its own.",
	htmlfile: "A hidden frame loads a page that never ends; each change is a line of script in it. It passes where streams are held back.",
	longpoll: "The page asks, and the service keeps the question until something has changed. It passes where nothing else does.",
	poll: "The page asks every few seconds. Changes come late, but they come.",
};

/** @param {State} state @param {TransportName | ""} transport */
export const connectionAbout = (state, transport) => (state === "open" ? ABOUT[transport]
	: "There is no connection now. What you write is kept in this browser and goes as soon as there is one.");
export const INSPECT = {
	title: "How this page is connected",
	close: "Close",
	way: "Way",
	none: "none",
	rtt: "Round trip",
	cursor: "Place in the log",
	unsent: "Changes not sent",
	wake: "Try again now",
	costs: "What headers cost",
	costsAbout: "Bytes that travel beside each message. A poll pays for a whole request each time; a WebSocket for two to fourteen bytes.",
	costColumns: ["Way", "Messages", "Bytes a message", "Bytes beside it"],
	/** @param {string} way */
	beside: (way) => `Bytes beside a message: ${way}`,
	nothing: "Nothing has been heard yet.",
	blocked: "does not get through here",
	measure: "Try all ways and compare",
	/** @param {string} way */
	measuring: (way) => `Trying: ${way}…`,
	messages: "Messages, latest first",
	columns: ["Time", "Direction", "What", "Bytes", "Beside", "Way", "Place"],
	in: "← in",
	out: "→ out",
};
/** @type {Record<string, string>} */
export const KINDS = {
	"change": "a change of the board",
	"heartbeat": "a beat: the way is open",
	"up-to-date": "all has been told",
	"results": "the service says what it did",
	"presence": "who is here",
	"signal": "a signal",
	"reset": "start again",
	"end": "the end of this line",
	"problem": "a refusal",
	"patch": "a change of yours",
	"put": "a new note of yours",
	"delete": "a note you deleted",
	"restore": "a note you brought back",
	"put_item": "an item of yours",
	"delete_item": "an item you deleted",
};
export const PAST = {
	trash: "Trash",
	noTrash: "The trash is empty.",
	/** @param {string} name */
	history: (name) => `History of “${name}”`,
	noHistory: "Nothing is kept of it.",
	loading: "Loading…",
	close: "Close",
	now: "as it is now",
	putBack: "Put it back",
	restore: "Restore this",
};
/** @type {Record<import("./types.js").Role, string>} */
export const ROLE = {
	read: "To read along",
	write: "To read and write",
	admin: "Your own: keep it, it can do everything",
};
export const SHARE = {
	title: "Share this board",
	close: "Close",
	about: "Whoever has a link has the board: send it only to those who should. A link is shown only in the window where it was made.",
	aboutNone: "Links are not kept anywhere, so older ones cannot be shown again. Make a new one:",
	copy: "Copy",
	copied: "Copied",
	copyKey: "Press Ctrl+C",
	/** @param {string} label */
	copyOf: (label) => `Copy: ${label}`,
	/** @param {string} label */
	qrOf: (label) => `QR code: ${label}`,
	further: "A further link",
	label: "For whom (shown with what they write)",
	expiry: "How long it works",
	expiries: /** @type {[number, string][]} */ ([[0, "For good"], [1, "A day"], [7, "A week"], [30, "30 days"]]),
	newRead: "New link to read",
	newWrite: "New link to write",
	all: "All links",
	made: "made",
	ends: "ends",
	revoke: "Revoke",
};
export const PEOPLE = {
	title: "Who is here",
	close: "Close",
	name: "Your name, as the others see it",
	keep: "Keep",
	about: "It is kept in this browser, and told to those who have this board open.",
	others: "The others",
	alone: "Nobody else is here now.",
	/** @param {number} n */
	more: (n) => (n === 1 ? "And one more." : `And ${n} more.`),
};
export const MORE = {
	title: "This board",
	close: "Close",
	export: "Take it away",
	exportAbout: "All notes with their files as JSON, which any board takes back, or the words alone as Markdown.",
	json: "Save as JSON",
	markdown: "Save as Markdown",
	import: "Bring notes in",
	importAbout: "From a file that was saved as JSON here or elsewhere. What is on the board stays; nothing comes twice.",
	choose: "Choose a file",
	importing: "Bringing in…",
	/** @param {number} created @param {number} skipped @param {number} files */
	imported: (created, skipped, files) => `New: ${created} notes and ${files} files. Here already: ${skipped} notes.`,
	keys: "Keys",
	keyList: /** @type {[string, string][]} */ ([["n", "A new note"], ["/", "Search"], ["j, k", "To the next note, to the one before"],
		["Ctrl+Enter", "Add the note that is begun"], ["Arrow keys", "On the grip of a note or an item: move it"], ["Escape", "Out of a field, out of a panel"]]),
};
export const SKETCH = {
	title: "Sketch",
	close: "Close without keeping it",
	paper: "Paper. Draw with a pointer, or with the arrow keys: the space bar puts the pen down and lifts it.",
	drawing: "A sketch that somebody is drawing now",
	undo: "Undo",
	keep: "Keep it",
	file: "sketch.png",
	colors: ["Black", "Red", "Blue", "Green", "Yellow"],
	widths: ["Thin", "Medium", "Thick"],
};
/** @type {any} */
const DIRECT_STATES = {
	offered: "Waiting for an answer.",
	connecting: "Looking for a way from browser to browser…",
	moving: "On its way.",
	done: "It has arrived whole.",
	declined: "It was not wanted.",
	failed: "There is no way from browser to browser, or it broke.",
	silent: "Nobody has answered.",
};
export const DIRECT = {
	title: "From browser to browser",
	/** @param {string} who */
	out: (who) => `To ${who}.`,
	/** @param {string} who */
	in: (who) => `From ${who}.`,
	states: /** @type {Record<import("./direct.js").Transfer["state"], string>} */ (DIRECT_STATES),
	paths: { direct: "The path is direct: it does not pass the service.", relay: "It goes through a relay." },
	send: "Send a file",
	/** @param {string} who */
	sendTo: (who) => `Send a file directly to ${who}`,
	accept: "Take it",
	decline: "Decline",
	save: "Save it",
	stop: "Stop",
	clear: "Clear",
	attach: "Attach it to the board instead",
	/** @param {string} size */
	tooLarge: (size) => `It is too large to attach: a file may have ${size}.`,
};
