// @ts-check

/**
 * Files that go from one browser to another on the same board, of any size:
 * offered, accepted, and sent by a link of their own.  The service carries
 * only what the two say to each other before that.
 *
 * @import { Live } from "./live.js"
 */

import { DirectLink } from "./direct_link.js";
import { Pieces } from "./direct_pieces.js";
import { idNew } from "./id.js";
import { nameClean } from "./people.js";

/** Nobody answers any more. */
const ANSWER_MS = 120_000;
/** Offers of others that may wait. */
const MOST = 10;

/**
 * @typedef {object} Transfer
 * @property {string} id
 * @property {"out" | "in"} way
 * @property {string} peer
 * @property {string} tab	of the other side, once it is known
 * @property {string} name	of the file
 * @property {number} size
 * @property {"offered" | "connecting" | "moving" | "done" | "declined" | "failed" | "silent"} state
 * @property {number} moved	bytes
 * @property {"" | "direct" | "relay"} path
 * @property {File} [file]	that is sent
 * @property {string} [address]	of what has come
 * @property {DirectLink} [link]
 * @property {Pieces} [pieces]	of one that comes
 */

export class Direct {
	/** @type {Map<string, Transfer>} */
	transfers = new Map();
	#live;
	#tab;
	#changed;

	/**
	 * @param {Live} live
	 * @param {string} tab
	 * @param {() => void} changed
	 */
	constructor(live, tab, changed) {
		this.#live = live;
		this.#tab = tab;
		this.#changed = changed;
	}

	/** @param {string} peer @param {File} file */
	offer(peer, file) {
		const transfer = this.#add({ id: idNew(), way: "out", peer, tab: "", name: file.name, size: file.size, file });

		this.#say(transfer, { kind: "offer", name: file.name, size: file.size });
		setTimeout(() => transfer.state === "offered" && this.#end(transfer, "silent"), ANSWER_MS);
	}

	/** @param {string} id */
	accept(id) {
		const transfer = this.transfers.get(id);

		if (!transfer)
			return;
		this.#turn(transfer, { state: "connecting" });
		transfer.link = this.#link(transfer);
		this.#say(transfer, { kind: "accept" });
	}

	/** It is not wanted, or not any more. @param {string} id */
	drop(id) {
		const transfer = this.transfers.get(id);

		if (!transfer)
			return;
		if (["offered", "connecting", "moving"].includes(transfer.state))
			this.#say(transfer, { kind: "decline" });
		transfer.link?.close();
		if (transfer.address)
			URL.revokeObjectURL(transfer.address);
		this.transfers.delete(id);
		this.#changed();
	}

	close() {
		for (const id of [...this.transfers.keys()])
			this.drop(id);
	}

	/** @param {string} from	a peer @param {any} said */
	hear(from, said) {
		const { id, kind, tab, at } = said ?? {};
		const transfer = this.transfers.get(id);

		if (typeof id !== "string" || !from || (at && at !== this.#tab && kind !== "taken"))
			return;
		if (kind === "offer" && !transfer)
			return this.#offered(from, said);
		if (!transfer || transfer.peer !== from || (transfer.tab && tab !== transfer.tab))
			return;
		if (kind === "accept" && transfer.way === "out" && transfer.state === "offered")
			this.#call(transfer, tab);
		else if (kind === "taken" && at !== this.#tab && transfer.state === "offered")
			this.transfers.delete(id) && this.#changed();
		else if (kind === "decline")
			this.#end(transfer, transfer.way === "out" ? "declined" : "failed");
		else if (kind === "broken")
			this.#end(transfer, "failed");
		else if (kind === "link")
			transfer.link?.hear(said);
	}

	/** @param {string} peer @param {any} said */
	#offered(peer, { id, name, size, tab }) {
		const waiting = [...this.transfers.values()].filter((t) => t.way === "in" && t.state === "offered");

		if (typeof name === "string" && Number.isSafeInteger(size) && size >= 0 && typeof tab === "string" && waiting.length < MOST)
			this.#add({ id, way: "in", peer, tab, name: nameClean(name).replace(/[/\\]/g, "_") || "file", size });
	}

	/** @param {Transfer} transfer @param {string} tab	that took it */
	#call(transfer, tab) {
		this.#turn(transfer, { state: "connecting", tab });
		this.#say(transfer, { kind: "taken" });
		transfer.link = this.#link(transfer);
		transfer.link.call();
	}

	/** @param {Transfer} transfer */
	#link(transfer) {
		return new DirectLink(this.#live.iceServers, {
			say: (said) => this.#say(transfer, { kind: "link", ...said }),
			failed: () => {
				if (transfer.state !== "done")
					this.#say(transfer, { kind: "broken" });
				this.#end(transfer, "failed");
			},
			message: (data) => (transfer.way === "in" ? this.#take(transfer, data) : this.#end(transfer, "done")),
			open: async (path) => {
				this.#turn(transfer, { state: "moving", path });
				if (transfer.size === 0 && transfer.way === "in")
					this.#whole(transfer);
				await transfer.link?.send(transfer.file ?? new Blob(), (moved) => this.#turn(transfer, { moved }));
			},
		});
	}

	/** @param {Transfer} transfer @param {ArrayBuffer | string} data */
	#take(transfer, data) {
		if (!transfer.pieces?.take(data))
			return this.#end(transfer, "failed");
		this.#turn(transfer, { moved: transfer.pieces.moved });
		if (transfer.pieces.whole)
			this.#whole(transfer);
	}

	/** @param {Transfer} transfer */
	#whole(transfer) {
		transfer.link?.say("whole");
		const address = URL.createObjectURL(transfer.pieces?.blob() ?? new Blob());
		this.#turn(transfer, { state: "done", address, pieces: undefined });
	}

	/** @param {Pick<Transfer, "id" | "way" | "peer" | "tab" | "name" | "size" | "file">} begun @returns {Transfer} */
	#add(begun) {
		/** @type {Transfer} */
		const transfer = { ...begun, state: "offered", moved: 0, path: "",
			pieces: begun.way === "in" ? new Pieces(begun.size) : undefined };

		this.transfers.set(transfer.id, transfer);
		this.#changed();
		return transfer;
	}

	/** @param {Transfer} transfer @param {Partial<Transfer>} change */
	#turn(transfer, change) {
		Object.assign(transfer, change);
		this.#changed();
	}

	/** @param {Transfer} transfer @param {"done" | "failed" | "declined" | "silent"} state */
	#end(transfer, state) {
		if (["done", "failed", "declined", "silent"].includes(transfer.state))
			return;
		transfer.link?.close();
		this.#turn(transfer, { state, pieces: undefined });
	}

	/** @param {Transfer} transfer @param {object} what */
	#say({ id, peer, tab }, what) {
		this.#live.client.signal({ direct: { id, tab: this.#tab, ...tab && { at: tab }, ...what } }, { to: peer }).catch(() => {});
	}
}
