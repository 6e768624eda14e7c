// @ts-check

import { Actions } from "./actions.js";
import { apiBoard, ApiError } from "./api.js";
import { boardEmpty, boardEvent, boardReduce, changeIsAbout } from "./board.js";
import { PushClient } from "./notewire/index.js";
import { BoardView } from "./view_board.js";
import { noteName } from "./view_card.js";
import { ShareView } from "./view_share.js";
import { Writer } from "./write.js";

/**
 * @import { BoardEvent, BoardState } from "./board.js"
 * @import { Change } from "./types.js"
 * @import { Shell } from "./view.js"
 * @import { ShownLink } from "./view_share.js"
 */

/** A board while it is on the screen: its state, connection, writes and views. */
export class OpenBoard {
	/** @type {BoardState} */
	#state;
	#shell;
	#links;
	#closed = new AbortController();
	#writer;
	#view;
	#share;
	#client;
	/** @type {Set<string>} notes others changed since they were last shown */
	#fresh = new Set();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	#ended = false;

	/**
	 * @param {string} id
	 * @param {Shell} shell
	 * @param {ShownLink[]} links	those known in this window; grows
	 */
	constructor(id, shell, links) {
		const closed = this.#closed.signal;

		this.#state = boardEmpty(id);
		this.#shell = shell;
		this.#links = links;
		this.#client = new PushClient({ board: id });
		this.#writer = new Writer(id, (waiting) => shell.unsaved(waiting));
		const actions = new Actions(this.#writer, {
			apply: (event) => this.#apply(event),
			dismiss: (note) => this.#view.dismiss(note),
			say: (text) => shell.say(text),
			toast: (text, offer) => shell.toast(text, offer),
		});
		this.#view = new BoardView(actions, closed);
		this.#share = new ShareView((role) => this.#mint(actions, role), closed);
		shell.watch(() => this.#writer.pending > 0, () => this.#view.flush(), closed);
	}

	/**
	 * Shows the board and follows it.
	 * @returns {Promise<void>}	rejects with the ApiError when refused
	 */
	open() {
		const client = this.#client;

		client.onchange = ({ change }) => this.#change(change);
		client.ontransportchange = () => this.#connection("");
		return new Promise((resolve, reject) => {
			client.onsnapshot = ({ snapshot }) => {
				this.#apply({ type: "snapshot", snapshot });
				this.#show();
				this.#shell.screen("board", this.#state.title);
				resolve();
			};
			client.onstatechange = ({ state, reason }) => {
				if (state === "closed" && !client.snapshot)
					reject(refused(reason));
				this.#connection(reason);
			};
			client.connect();
		});
	}

	/** @param {string} reason	of the state */
	#connection(reason) {
		const { state, transport } = this.#client;

		if (this.#closed.signal.aborted)
			return;
		this.#ended = state === "closed";
		this.#shell.connection({ state, transport, reason });
		if (this.#ended)
			this.#show();
	}

	close() {
		clearTimeout(this.#timer);
		this.#closed.abort();
		this.#client.close();
		this.#writer.close();
	}

	share() {
		this.#share.open();
	}

	/**
	 * @param {Actions} actions
	 * @param {"read" | "write"} role
	 */
	async #mint(actions, role) {
		const link = await actions.mint(role);
		if (!link)
			return;
		this.#links.push(linkShown(role, link.token));
		this.#show();
	}

	/** @param {Change} change */
	#change(change) {
		if (changeIsAbout(change))
			return void this.#refresh();
		const before = this.#state;
		const event = boardEvent(change);
		if (!event)
			return;
		this.#apply(event);
		if (this.#state === before || this.#writer.busy(change.id))
			return;
		const note = this.#state.notes.get(change.id) ?? before.notes.get(change.id);
		const verb = !before.notes.has(change.id) ? "Added" : event.type === "gone" ? "Deleted" : "Changed";
		this.#fresh.add(change.id);
		if (note)
			this.#shell.say(`${verb}: ${noteName(note)}.`);
	}

	/** Title or links changed; what exactly, the log does not tell. */
	async #refresh() {
		try {
			const snapshot = await apiBoard(this.#state.id);
			if (this.#closed.signal.aborted)
				return;
			this.#apply({ type: "about", snapshot });
			this.#shell.screen("board", this.#state.title);
		} catch {
			/* The feed ends or comes back; either way it is heard of. */
		}
	}

	/** @param {BoardEvent} event */
	#apply(event) {
		this.#state = boardReduce(this.#state, event);
		this.#timer ??= setTimeout(() => this.#show());
	}

	#show() {
		const state = this.#ended
			? { ...this.#state, role: /** @type {const} */ ("read") } : this.#state;

		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#closed.signal.aborted)
			return;
		this.#view.show(state, this.#fresh);
		this.#share.show(this.#links, state.role === "admin");
		this.#fresh.clear();
	}
}

/**
 * @param {"read" | "write" | "admin"} role
 * @param {string} token
 * @returns {ShownLink}
 */
export function linkShown(role, token) {
	const label = {
		read: "To read along",
		write: "To read and write",
		admin: "Your own: keep it, it can do everything",
	}[role];
	return { label, token };
}

/** @param {string} reason	why the client closed before it had the board */
function refused(reason) {
	return new ApiError(reason === "session-expired" ? 401 : 404, { type: `urn:notewire:${reason}` }, 0);
}
