// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { apiHistory, apiTrash } from "./api.js";
import { noteName } from "./note.js";
import { NOT_DONE, PAST } from "./text.js";
import { need } from "./view_dom.js";

/**
 * @import { Actions } from "./actions.js"
 * @import { Note } from "./types.js"
 */

/** @typedef {{ about: string, text: string, act: string, take: () => void }} Entry */

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** What was: the trash, and the revisions of a note.  Each can come back. */
export class Past {
	#dialog = need(document, "#past", HTMLDialogElement);
	#board;
	#actions;

	/**
	 * @param {string} board
	 * @param {Actions} actions
	 * @param {AbortSignal} closed
	 */
	constructor(board, actions, closed) {
		this.#board = board;
		this.#actions = actions;
		closed.addEventListener("abort", () => this.#dialog.close());
	}

	trash() {
		return this.#open(PAST.trash, PAST.noTrash, async () => (await apiTrash(this.#board)).map((note) => ({
			about: CLOCK.format(new Date(note.trashed_at ?? note.updated_at)), text: words(note), act: PAST.putBack,
			take: () => this.#actions.restore({ ...note, trashed_at: null }),
		})));
	}

	/** @param {Note} note */
	history(note) {
		return this.#open(PAST.history(noteName(note)), PAST.noHistory, async () =>
			(await apiHistory(this.#board, note.id)).map(({ rev, at, by, doc }, n) => ({
				about: [CLOCK.format(new Date(at)), by, n === 0 ? PAST.now : ""].filter(Boolean).join(" · "),
				text: words(doc), act: n === 0 ? "" : PAST.restore,
				take: () => this.#actions.restore({ ...note, ...doc, id: note.id }, rev),
			})));
	}

	/**
	 * @param {string} title
	 * @param {string} none
	 * @param {() => Promise<Entry[]>} fetched
	 */
	async #open(title, none, fetched) {
		this.#draw(title, html`<p class="soft">${PAST.loading}</p>`);
		if (!this.#dialog.open)
			this.#dialog.showModal();
		try {
			const entries = await fetched();
			this.#draw(title, entries.length ? html`<ul class="past">${entries.map((e) => this.#entry(e))}</ul>`
				: html`<p class="soft">${none}</p>`);
		} catch (error) {
			this.#draw(title, html`<p>${NOT_DONE(/** @type {Error} */ (error).message)}</p>`);
		}
	}

	/** @param {Entry} entry */
	#entry({ about, text, act, take }) {
		const chosen = () => {
			this.#dialog.close();
			take();
		};
		return html`<li><div><p class="soft">${about}</p><p class="was">${text}</p></div>
			${act ? html`<button type="button" aria-label=${`${act}: ${text.slice(0, 60)}`} @click=${chosen}>${act}</button>` : nothing}</li>`;
	}

	/** @param {string} title @param {unknown} content */
	#draw(title, content) {
		render(html`<div class="dialog-head"><h2 id="past-title">${title}</h2>
			<button type="button" class="icon" aria-label=${PAST.close} @click=${() => this.#dialog.close()}>×</button></div>
			${content}`, this.#dialog);
	}
}

/** @param {Note} note */
function words({ title, text, items }) {
	const lines = items?.map((item) => `${item.done ? "☑" : "☐"} ${item.text}`) ?? [text ?? ""];

	return [title, ...lines].filter(Boolean).join("\n");
}
