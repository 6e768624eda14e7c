// @ts-check

/**
 * What a person sees of an open board.
 *
 * @import { BoardState } from "./board.js"
 * @import { Home } from "./home.js"
 * @import { Live } from "./live.js"
 * @import { Presence } from "./presence.js"
 * @import { Sending } from "./sending.js"
 * @import { ShownLink } from "./view_share.js"
 */

import { Actions } from "./actions.js";
import { apiLinks } from "./api.js";
import { display } from "./display.js";
import { editsByNote } from "./edits.js";
import { filesByNote } from "./files.js";
import { lazy } from "./lazy.js";
import { BoardView } from "./view_board.js";
import { Inspector } from "./view_inspector.js";
import { Past } from "./view_past.js";
import { ShareView } from "./view_share.js";

/** Where the service has not told yet. */
const FILE_BYTES = 10 << 20;

/**
 * @typedef {object} Parts
 * @property {string} id	of the board
 * @property {Home} home
 * @property {Live} live
 * @property {Sending} sending
 * @property {Presence} presence
 * @property {ShownLink[]} links	those known in this window; grows
 * @property {AbortSignal} closed
 */

export class BoardViews {
	#parts;
	#view;
	#share;
	#inspector;

	/** @param {Parts} parts */
	constructor(parts) {
		const { id, home, live, sending, presence, links, closed } = this.#parts = parts;
		const actions = new Actions(sending, {
			fileBytes: () => live.client.snapshot?.limits.file_bytes ?? FILE_BYTES,
			typing: (note) => presence.typing(note),
			dismiss: (note) => this.#view.dismiss(note),
			history: (note) => past.history(note),
			toast: (text, offer) => home.shell.toast(text, offer),
		});
		const past = new Past(id, actions, closed);

		this.#view = new BoardView(id, actions, home.storage, closed);
		this.#inspector = new Inspector(live, closed);
		this.#share = new ShareView(links, apiLinks(id), closed);
		home.shell.watch(() => sending.atRisk, closed);
	}

	/**
	 * @param {BoardState} state	as the service has it
	 * @param {boolean} ended	it is heard of no more
	 * @param {ReadonlySet<string>} fresh	notes others changed since
	 */
	show(state, ended, fresh) {
		const { sending: { outbox: { edits }, files, pending }, presence, live, home, closed } = this.#parts;
		const role = ended ? "read" : state.role;

		this.#view.show({ ...display(state, edits), role }, {
			edits: editsByNote(edits), fresh, server: state.notes, online: live.online,
			files: filesByNote(files.tasks.all), parts: files.parts, typers: presence.typers,
		});
		this.#share.show(role === "admin");
		this.#inspector.show(pending);
		home.shell.unsaved(pending);
		if (presence.people.you)
			lazy.people().then(({ showPeople }) => closed.aborted || showPeople(presence), () => {});
	}

	share() {
		this.#share.open();
	}
}
