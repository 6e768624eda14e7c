// @ts-check

/**
 * The words of the panels, which are opened by few; text.js has the rest.
 *
 * @import { State, TransportName } from "./notewire/types.js"
 */

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
const STATES = {
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
	states: /** @type {Record<import("./direct.js").Transfer["state"], string>} */ (STATES),
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
