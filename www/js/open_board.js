// @ts-check

import { apiBoard } from "./api.js";
import { BoardKeeper } from "./board_keeper.js";
import { BoardViews } from "./board_views.js";
import { boardEmpty, boardEvent, boardReduce, changeIsAbout, snapshotOf } from "./board.js";
import { Live } from "./live.js";
import { noteName } from "./note.js";
import { Presence } from "./presence.js";
import { Sending } from "./sending.js";
import { NEWS } from "./text.js";

/**
 * @import { BoardEvent, BoardState } from "./board.js"
 * @import { Home } from "./home.js"
 * @import { Change, Connection, ShownLink } from "./types.js"
 */

const AGAIN_MS = 3_000;

/** A board on the screen: its state, connection, outbox and views. */
export class OpenBoard {
	/** @type {BoardState}	as the service told it */
	#state;
	#home;
	#shell;
	#closed = new AbortController();
	#live;
	#sending;
	#views;
	/** @type {Set<string>} notes others changed since they were last shown */
	#fresh = new Set();
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	#keeper;
	#ended = false;

	/**
	 * @param {string} id
	 * @param {Home} home
	 * @param {ShownLink[]} links	those known in this window; grows
	 */
	constructor(id, home, links) {
		const closed = this.#closed.signal;

		this.#state = boardEmpty(id);
		this.#home = home;
		this.#shell = home.shell;
		this.#live = new Live(id, {
			snapshot: (snapshot) => {
				this.#apply({ type: "snapshot", snapshot });
				this.#shown();
			},
			change: (change) => this.#change(change),
			connection: (connection) => this.#connection(connection),
		});
		this.#sending = new Sending(id, home, {
			publish: (op) => this.#live.client.publish(op), state: () => this.#state, changed: () => this.#later(),
		});
		this.#keeper = new BoardKeeper(home.storage, id, () => (this.#live.read && !this.#ended && !closed.aborted
			? snapshotOf(this.#state) : null));
		const presence = new Presence(this.#live, home.tab, () => this.#later(), closed);
		this.#views = new BoardViews({
			id, home, live: this.#live, sending: this.#sending, presence, links, closed,
		});
		window.addEventListener("pagehide", () => this.#keeper.now(), { signal: closed });
	}

	/**
	 * Shows the board, as it was here last or as it is, and follows it.
	 * @returns {Promise<void>}	rejects with the ApiError when refused
	 */
	async open() {
		const { storage, neighbours } = this.#home;
		const known = await storage.board(this.#state.id).catch(() => undefined);
		const loading = this.#sending.load(neighbours);

		if (this.#closed.signal.aborted)
			return;
		if (known) {
			this.#apply({ type: "snapshot", snapshot: known });
			await loading;
			this.#shown();
		}
		await this.#live.connect().catch((error) => {
			this.#keeper.forget();
			throw error;
		});
		await loading;
		this.#sending.start();
		neighbours.watch(() => this.#lookAgain(), this.#closed.signal);
	}

	/** Nobody waits for it, and a tab that is only busy keeps what it has. */
	#lookAgain() {
		this.#sending.load(this.#home.neighbours, AGAIN_MS);
	}

	#shown() {
		this.#show();
		this.#shell.screen("board", this.#state.title);
	}

	/** @param {Connection} connection */
	#connection(connection) {
		this.#ended = connection.state === "closed";
		if (this.#ended)
			this.#sending.close();
		else if (connection.state === "open") {
			this.#sending.files.wake();
			this.#lookAgain();		/* a tab may have died in silence */
		}
		this.#shell.connection(connection);
		this.#later();
	}

	close() {
		this.#keeper.now();
		clearTimeout(this.#timer);
		this.#closed.abort();
		this.#sending.close();
		this.#live.close();
	}

	share() {
		this.#views.share();
	}

	/** @param {Change} change */
	#change(change) {
		const before = this.#state;
		const event = boardEvent(change);

		if (changeIsAbout(change))
			return void this.#refresh();
		if (!event)
			return;
		const ours = this.#sending.touches(change.id);
		this.#apply(event);
		if (this.#state === before || ours)
			return;
		const note = this.#state.notes.get(change.id) ?? before.notes.get(change.id);
		this.#fresh.add(change.id);
		if (note)
			this.#shell.say(NEWS(before.notes.has(change.id), event.type === "gone", noteName(note)));
	}

	/** Title or links changed; what exactly, the log does not tell. */
	async #refresh() {
		/* Without an answer the feed ends or comes back; either way it is heard of. */
		const snapshot = await apiBoard(this.#state.id).catch(() => null);

		if (!snapshot || this.#closed.signal.aborted)
			return;
		this.#apply({ type: "about", snapshot });
		this.#shell.screen("board", this.#state.title);
	}

	/** @param {BoardEvent} event */
	#apply(event) {
		this.#state = boardReduce(this.#state, event);
		this.#sending.confirm(this.#state);
		this.#keeper.soon();
		this.#later();
	}

	#later() {
		this.#timer ??= setTimeout(() => this.#show());
	}

	#show() {
		clearTimeout(this.#timer);
		this.#timer = undefined;
		if (this.#closed.signal.aborted)
			return;
		this.#views.show(this.#state, this.#ended, this.#fresh);
		this.#fresh.clear();
	}
}
