// @ts-check

/**
 * What a person sees of an open board.
 *
 * @import { BoardState } from "./board.js"
 * @import { Home } from "./home.js"
 * @import { Live } from "./live.js"
 * @import { Presence } from "./presence.js"
 * @import { Sending } from "./sending.js"
 * @import { ShownLink } from "./types.js"
 */

import { Actions } from "./actions.js";
import { display } from "./display.js";
import { editsByNote } from "./edits.js";
import { filesByNote } from "./files.js";
import { followKeys } from "./keys.js";
import { lazy } from "./lazy.js";
import { Panels } from "./panels.js";
import { BoardView } from "./view_board.js";
import { NOT_HERE } from "./text.js";
import { need } from "./view_dom.js";
import { chooseFiles } from "./view_drop.js";
import { showFaces } from "./view_faces.js";

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
	#panels;
	#admin = false;
	#readOnly = true;
	#actions;
	/** @type {Promise<import("./direct.js").Direct> | undefined} */
	#direct;
	/** Sends a file to somebody. @type {((person: import("./people.js").Person) => void) | null} */
	#sender = null;
	/** The sketch that was drawn here last. */
	#drawn = new Uint32Array(1);

	/** @param {Parts} parts */
	constructor(parts) {
		const { id, home, live, sending, presence, links, closed } = this.#parts = parts;
		const actions = this.#actions = new Actions(sending, {
			fileBytes: () => fileBytes(live),
			typing: (note) => presence.typing(note),
			sketch: (note, keep, left) => this.#draw(note, keep, left),
			dismiss: (note) => this.#view.dismiss(note),
			history: async (note) => (await this.#panels.past()).history(note),
			toast: (text, offer) => home.shell.toast(text, offer),
		});
		const button = (/** @type {string} */ name, /** @type {() => Promise<void>} */ act) =>
			need(document, name, HTMLButtonElement).addEventListener("click",
				() => act().catch(() => home.shell.toast(NOT_HERE)), { signal: closed });

		this.#panels = new Panels({ id, live, actions, links, closed });
		this.#view = new BoardView(id, actions, home.storage, closed);
		button("#connection", async () => (await this.#panels.inspector()).open(sending.pending));
		button("#trash-open", async () => (await this.#panels.past()).trash());
		button("#people", async () => (await lazy.people()).openPeople(presence, this.#sender));
		button("#more-open", async () => (await lazy.more()).openMore(id, this.#admin));
		button("#share-open", () => this.share());
		followKeys(closed);
		this.#watch();
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
		this.#admin = role === "admin";
		this.#readOnly = role === "read";
		need(document, "#share-open", HTMLButtonElement).hidden = !this.#admin && this.#parts.links.length === 0;
		this.#panels.unsent(pending);
		home.shell.unsaved(pending);
		if (presence.people.you)
			showFaces(presence);
		if (need(document, "#people-panel", HTMLDialogElement).open)
			lazy.people().then(({ drawPeople }) => closed.aborted || drawPeople(presence, this.#sender), () => {});
	}

	/** @param {string} note @param {(file: File) => void} keep @param {() => void} left */
	async #draw(note, keep, left) {
		const { SketchPad } = await lazy.sketch();
		const { live } = this.#parts;
		const [sketch] = this.#drawn = crypto.getRandomValues(new Uint32Array(1));

		new SketchPad({ note, sketch, keep, left,
			signal: (bytes) => live.signals && live.client.signal(bytes).catch(() => {}) });
	}

	/** What others draw. */
	#watch() {
		const { live, closed } = this.#parts;
		/** @type {Promise<import("./sketch_guests.js").SketchGuests> | undefined} */
		let guests;
		const direct = () => (this.#direct ??= this.#directBegin());

		this.#sender = typeof RTCPeerConnection === "function" ? async (person) => {
			const made = await direct();
			chooseFiles(([file]) => {
				need(document, "#people-panel", HTMLDialogElement).close();
				made.offer(person.id, file);
			});
		} : null;
		live.client.addEventListener("signal", async (event) => {
			const { from, data } = /** @type {any} */ (event);
			if (data?.direct && this.#sender && !this.#readOnly)
				(await direct()).hear(from, data.direct);
			if (!(data instanceof ArrayBuffer))
				return;
			guests ??= lazy.guests().then(({ SketchGuests }) => new SketchGuests());
			(await guests).hear(from, data, this.#drawn[0]);
		}, { signal: closed });
		closed.addEventListener("abort", async () => {
			need(document, "#share-open", HTMLButtonElement).hidden = true;
			(await guests)?.close();
			(await this.#direct)?.close();
			document.querySelectorAll("dialog[open]").forEach((d) => d instanceof HTMLDialogElement && d.close());
		});
	}

	/** Files from browser to browser. */
	async #directBegin() {
		const [{ Direct }, { showDirect }] = await lazy.direct();
		const { live, home, presence } = this.#parts;
		const direct = new Direct(live, home.tab, () => showDirect({ direct, presence, most: fileBytes(live),
			attach: (files) => this.#actions.attach(null, files) }));

		return direct;
	}

	async share() {
		(await this.#panels.share()).open(this.#admin);
	}
}

/** How large a file may be that is attached. @param {Live} live */
function fileBytes(live) {
	return live.client.snapshot?.limits.file_bytes ?? FILE_BYTES;
}
