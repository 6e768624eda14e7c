// @ts-check

import { Actions } from "./actions.js";
import { apiBoard } from "./api.js";
import { boardEmpty, boardEvent, boardReduce, changeIsAbout } from "./board.js";
import { Feed } from "./feed.js";
import { persist } from "./persist.js";
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

/** A board while it is on the screen: its state, feed, writes and views. */
export class OpenBoard {
	/** @type {BoardState} */
	#state;
	#shell;
	#links;
	#closed = new AbortController();
	#writer;
	#view;
	#share;
	/** @type {Feed | null} */
	#feed = null;
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
		this.#writer = new Writer(id, (waiting) => shell.unsaved(waiting));
		const actions = new Actions(this.#writer, {
			apply: (event) => this.#apply(event),
			dismiss: (note) => this.#view.dismiss(note),
			say: (text) => shell.say(text),
			toast: (text, offer) => shell.toast(text, offer),
		});
		this.#view = new BoardView(actions, closed);
		this.#share = new ShareView((role) => this.#mint(actions, role), closed);
		shell.watch(() => this.#writer.pending > 0, () => this.#wake(), closed);
	}

	/**
	 * Shows the board and follows it.
	 * @returns {Promise<void>}	rejects with the ApiError when refused
	 */
	async open() {
		const signal = this.#closed.signal;
		this.#shell.connection({ state: "connecting", transport: "", waitMs: 0, reason: "" });
		const snapshot = await persist(() => apiBoard(this.#state.id), signal);
		if (signal.aborted)
			return;
		this.#apply({ type: "snapshot", snapshot });
		this.#show();
		this.#shell.screen("board", this.#state.title);
		this.#feed = new Feed(this.#state.id, snapshot.last_seq, snapshot.feeds, {
			change: (change) => this.#change(change),
			reset: async () => {
				const now = await apiBoard(this.#state.id);
				this.#apply({ type: "snapshot", snapshot: now });
				return now.last_seq;
			},
			connection: (connection) => {
				this.#ended = connection.state === "ended";
				this.#shell.connection(connection);
				if (this.#ended)
					this.#show();
			},
		});
	}

	close() {
		clearTimeout(this.#timer);
		this.#feed?.close();
		this.#writer.close();
		this.#closed.abort();
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

	#wake() {
		this.#feed?.wake();
		this.#view.flush();
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
