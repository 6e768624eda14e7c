// @ts-check

import { PushClient } from "../js/notewire/index.js";

/** @import { TransportName } from "../js/notewire/types.js" */

const SHOWN = 50;

/** @type {PushClient | null} */
let client = null;
/** @type {Map<string, { transport: string, direction: string, n: number, bytes: number, beside: number }>} */
const costs = new Map();

/** @param {string} id */
const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** @param {string} id */
const value = (id) => /** @type {HTMLInputElement} */ (at(id)).value.trim();

/** @param {(string | number)[]} cells */
function row(cells) {
	const tr = document.createElement("tr");

	for (const cell of cells)
		tr.insertCell().textContent = String(cell);
	return tr;
}

/** @param {import("../js/notewire/surface.js").TraceEvent} trace */
function note({ transport, direction, bytes, headerBytes, at: when, kind, text }) {
	const key = `${transport} ${direction}`;
	const cost = costs.get(key) ?? { transport, direction, n: 0, bytes: 0, beside: 0 };
	const messages = at("messages");

	cost.n++;
	cost.bytes += bytes;
	cost.beside += headerBytes;
	costs.set(key, cost);
	at("costs").replaceChildren(...[...costs.values()].map((c) => row([c.transport, c.direction, c.n,
		Math.round(c.bytes / c.n), Math.round(c.beside / c.n)])));
	messages.prepend(row([new Date(when).toLocaleTimeString(), direction, text.slice(0, 200) || kind, bytes, headerBytes]));
	while (messages.childElementCount > SHOWN)
		messages.lastElementChild?.remove();
}

at("form").addEventListener("submit", (event) => {
	const transport = /** @type {TransportName | ""} */ (value("transport"));

	event.preventDefault();
	client?.close();
	client = new PushClient({
		api: new URL("../api/", location.href), board: value("board"), peer: true, tabs: false,
		transports: transport ? [transport] : undefined,
	});
	client.onstatechange = ({ state, reason, retryIn }) => {
		at("state").textContent = `${state} (${reason}${retryIn ? `, again in ${Math.round(retryIn / 100) / 10} s` : ""})`;
	};
	client.ontrace = note;
	client.connect();
	/** @type {HTMLAnchorElement} */ (at("ten")).search = `?b=${value("board")}`;
});
