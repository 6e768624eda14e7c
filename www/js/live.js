// @ts-check

import { ApiError } from "./api.js";
import { idNew } from "./id.js";
import { PushClient } from "./notewire/index.js";

/**
 * @import { Change, Connection, Snapshot } from "./types.js"
 */

/**
 * @typedef {object} Listener
 * @property {(snapshot: Snapshot) => void} snapshot
 * @property {(change: Change) => void} change
 * @property {(connection: Connection) => void} connection
 */

/** The board's connection. */
export class Live {
	client;
	/** The secret by which this browser takes part in signals. */
	peer;
	#listener;
	#reason = "";
	#closed = false;

	/**
	 * @param {string} board
	 * @param {Listener} listener
	 */
	constructor(board, listener) {
		this.peer = peerOf(board);
		this.client = new PushClient({ board, peer: this.peer });
		this.#listener = listener;
	}

	get online() {
		return this.client.state === "open";
	}

	/** Whether what is not kept can be told now. */
	get signals() {
		return this.online && this.client.snapshot?.feeds.includes("signals") === true;
	}

	/** @returns {RTCIceServer[]}	for connections between browsers */
	get iceServers() {
		return Reflect.get(this.client.snapshot ?? {}, "ice_servers") ?? [];
	}

	/** Whether the board has been read in this visit. */
	get read() {
		return this.client.snapshot !== null;
	}

	/**
	 * @returns {Promise<void>}	the board is read; rejects with the ApiError when refused
	 */
	connect() {
		const client = this.client;

		client.onchange = ({ change }) => this.#listener.change(change);
		client.ontransportchange = () => this.#tell();
		return new Promise((resolve, reject) => {
			client.onsnapshot = ({ snapshot }) => {
				this.#listener.snapshot(snapshot);
				resolve();
			};
			client.onstatechange = ({ state, reason }) => {
				this.#reason = reason;
				if (state === "closed" && !this.#closed && !this.read)
					reject(new ApiError(reason === "session-expired" ? 401 : 404, {}, 0));
				this.#tell();
			};
			client.connect();
		});
	}

	close() {
		this.#closed = true;
		this.client.close();
	}

	#tell() {
		const { state, transport, rtt } = this.client;

		if (!this.#closed)
			this.#listener.connection({ state, transport, reason: this.#reason, rtt });
	}
}

/**
 * One for all tabs, which share a connection.
 * @param {string} board
 */
function peerOf(board) {
	const key = `notewire peer ${board}`;

	try {
		const peer = localStorage.getItem(key) ?? idNew();
		localStorage.setItem(key, peer);
		return peer;
	} catch {
		return idNew();
	}
}
