/**
 * The page that tests of the library open: it keeps a record of all that a
 * client says.  Served beside the app, under the app's policies.
 */

import { PushClient, PushSocket } from "./js/notewire/index.js";
import * as standard from "./try_socket.js";

/** What is kept of each event. */
const KEPT = {
	statechange: ({ state, previous, reason, retryIn }) => ({ state, previous, reason, retryIn }),
	transportchange: ({ from, to, why }) => ({ from, to, why }),
	snapshot: ({ snapshot }) => ({ last_seq: snapshot?.last_seq }),
	change: ({ id, change }) => ({ id, seq: change.seq, text: change.doc?.text }),
	reset: ({ reason }) => ({ reason }),
	presence: (event) => ({ presence: event.presence ?? event.data }),
	signal: ({ from, data }) => ({ from, data: plain(data) }),
	error: ({ message, error }) => ({ message: String(message ?? error) }),
};

/** @param {unknown} data	what is bytes, as their numbers */
function plain(data) {
	const view = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
	return ArrayBuffer.isView(view) ? { bytes: [...view] } : view;
}

/** Begins a client, and its record. */
function begin(options) {
	const client = new PushClient(options);
	const record = Object.fromEntries(Object.keys(KEPT).map((name) => [name, []]));
	for (const [name, keep] of Object.entries(KEPT))
		client.addEventListener(name, (event) =>
			record[name].push({ at: performance.now(), wall: Date.now(), ...keep(event) }));
	Object.assign(window, { client, record, began: performance.now() });
	client.connect();
}

async function signIn(token) {
	const answer = await fetch("api/session", { method: "POST", body: JSON.stringify({ token }),
		headers: { "Content-Type": "application/json" } });
	if (!answer.ok)
		throw new Error(`signing in: ${answer.status}`);
}

window.shown = [];
window.addEventListener("pageshow", ({ persisted }) => window.shown.push(persisted));
Object.assign(window, { PushClient, PushSocket, begin, signIn, standard });
