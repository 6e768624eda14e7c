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
import { Late, once } from "./late.js";
import { lazy } from "./lazy.js";
import { Panels } from "./panels.js";
import { BoardView } from "./view_board.js";
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
	#late;
	/** Sends a file to somebody. @type {((person: import("./people.js").Person) => void) | null} */
	#sender = null;
	/** The sketch that was drawn here last. */
	#drawn = new Uint32Array(1);

	/** @param {Parts} parts */
	constructor(parts) {
		const { id, home, live, sending, presence, links, closed } = this.#parts = parts;
		const late = this.#late = new Late((text, offer) => home.shell.toast(text, offer), closed);
		const actions = this.#actions = new Actions(sending, {
			fileBytes: () => fileBytes(live),
			typing: (note) => presence.typing(note),
			sketch: (begin) => this.#draw(begin),
			open: (load, open) => late.open(load, open),
			dismiss: (note) => this.#view.dismiss(note),
			history: (note) => late.open(this.#panels.past, (past) => past.history(note)),
			toast: (text, offer) => home.shell.toast(text, offer),
		});
		const button = (/** @type {string} */ name, /** @type {() => void} */ act) =>
			need(document, name, HTMLButtonElement).addEventListener("click", act, { signal: closed });

		const panels = this.#panels = new Panels({ id, live, actions, links, closed });
		this.#view = new BoardView(id, actions, home.storage, closed);
		button("#connection", () => late.open(panels.inspector, (inspector) => inspector.open(sending.pending)));
		button("#trash-open", () => late.open(panels.past, (past) => past.trash()));
		button("#people", () => late.open(lazy.people, ({ openPeople }) => openPeople(presence, this.#sender)));
		button("#more-open", () => late.open(lazy.more, ({ openMore }) => openMore(id, this.#admin)));
		button("#share-open", () => this.share());
		live.client.addEventListener("statechange", () => live.online && late.wake(), { signal: closed });
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

	/** @param {() => import("./actions.js").Drawing} begin	once there is paper */
	#draw(begin) {
		const { live } = this.#parts;

		this.#late.open(lazy.sketch, ({ SketchPad }) => {
			const [sketch] = this.#drawn = crypto.getRandomValues(new Uint32Array(1));
			new SketchPad({ ...begin(), sketch,
				signal: (bytes) => live.signals && live.client.signal(bytes).catch(() => {}) });
		});
	}

	/** What others draw. */
	#watch() {
		const { live, closed } = this.#parts;
		const guests = once(() => lazy.guests().then(({ SketchGuests }) => {
			const made = new SketchGuests();
			closed.addEventListener("abort", () => made.close());
			return made;
		}));
		const direct = once(() => this.#directBegin());

		this.#sender = typeof RTCPeerConnection === "function" ? (person) => {
			need(document, "#people-panel", HTMLDialogElement).close();
			this.#late.open(direct, (made) => chooseFiles(([file]) => made.offer(person.id, file)));
		} : null;
		live.client.addEventListener("signal", async (event) => {
			const { from, data } = /** @type {any} */ (event);
			if (data?.direct && this.#sender && !this.#readOnly)
				(await direct().catch(() => null))?.hear(from, data.direct);
			if (data instanceof ArrayBuffer)
				(await guests().catch(() => null))?.hear(from, data, this.#drawn[0]);
		}, { signal: closed });
		closed.addEventListener("abort", () => {
			need(document, "#share-open", HTMLButtonElement).hidden = true;
			document.querySelectorAll("dialog[open]").forEach((d) => d instanceof HTMLDialogElement && d.close());
		});
	}

	/** Files from browser to browser. */
	async #directBegin() {
		const [{ Direct }, { showDirect }] = await lazy.direct();
		const { live, home, presence, closed } = this.#parts;
		const direct = new Direct(live, home.tab, () => showDirect({ direct, presence, most: fileBytes(live),
			attach: (files) => this.#actions.attach(null, files) }));

		closed.addEventListener("abort", () => direct.close());
		return direct;
	}

	share() {
		this.#late.open(this.#panels.share, (share) => share.open(this.#admin));
	}
}

/** How large a file may be that is attached. @param {Live} live */
function fileBytes(live) {
	return live.client.snapshot?.limits.file_bytes ?? FILE_BYTES;
}
