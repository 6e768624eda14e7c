// @ts-check

/**
 * A transport that needs a document, for a core that has none: it runs in a
 * tab, and its messages go to and fro.
 */

import { PushSocket } from "./socket.js";

/** The core's side: as much of a PushSocket as a core uses. */
export class FarSocket {
	binaryType = "";
	retry = 0;
	/** @type {(event: any) => void} */
	onmessage = () => {};
	/** @type {(event: any) => void} */
	onclose = () => {};
	#trace;

	/**
	 * @param {(more: any) => void} post	to the tab
	 * @param {string} url
	 * @param {any} options
	 */
	constructor(post, url, { api, token, transport, trace }) {
		this.#trace = trace;
		this.send = (/** @type {any} */ data) => post({ send: data });
		this.close = () => post({ close: true });
		post({ url, options: { api, token, transport } });
	}

	/** @param {any} said	by the tab */
	hear({ data, trace, end }) {
		if (trace)
			this.#trace?.(trace);
		else if (end)
			this.onclose(Object.assign(this, end));
		else
			this.onmessage({ data });
	}
}

/** The tab's side. */
export class Frames {
	/** @type {Map<number, PushSocket>} */
	#sockets = new Map();

	/**
	 * @param {any} message	of a FarSocket
	 * @param {(said: any) => void} post	to it
	 */
	hear({ id, url, options, send, close }, post) {
		if (url) {
			const socket = new PushSocket(url, "notewire.v1", { ...options,
				trace: (trace) => post({ id, trace }) });
			this.#sockets.set(id, socket);
			socket.binaryType = "arraybuffer";
			socket.onmessage = ({ data }) => post({ id, data });
			socket.onclose = ({ code, reason }) => post({ id, end: { code, reason, retry: socket.retry } });
		} else if (close) {
			this.#sockets.get(id)?.close();
			this.#sockets.delete(id);
		} else {
			this.#sockets.get(id)?.send(send);
		}
	}
}
