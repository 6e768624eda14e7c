// @ts-check

import { idNew } from "./id.js";
import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { FILES, NOTE } from "./text.js";
import { fitHeight, need } from "./view_dom.js";
import { chooseFiles } from "./view_drop.js";

/**
 * @import { Actions } from "./actions.js"
 * @import { Draft, Storage } from "./storage.js"
 */

const KEEP_AFTER_MS = 150;

/** The form that makes a new note; what is begun there outlives the page. */
export class Composer {
	#form = need(document, "#composer", HTMLFormElement);
	#title = need(document, "#new-title", HTMLInputElement);
	#text = need(document, "#new-text", HTMLTextAreaElement);
	#kinds = need(this.#form, "[value=checklist]", HTMLInputElement);
	#chosen = need(document, "#new-files", HTMLElement);
	/** @type {readonly File[]} */
	#files = [];
	#board;
	#actions;
	#storage;
	#place;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/**
	 * @param {string} board
	 * @param {Actions} actions
	 * @param {Storage} storage
	 * @param {() => number} place	of a new note
	 * @param {AbortSignal} closed
	 */
	constructor(board, actions, storage, place, closed) {
		const options = { signal: closed };

		this.#board = board;
		this.#storage = storage;
		this.#actions = actions;
		this.#place = place;
		this.#form.reset();
		this.#form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#submit();
		}, options);
		this.#text.addEventListener("keydown", (event) => {
			if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
				this.#form.requestSubmit();
		}, options);
		this.#text.addEventListener("input", () => fitHeight(this.#text), options);
		this.#form.addEventListener("change", () => this.#hint(), options);
		this.#form.addEventListener("input", () => this.#keepSoon(), options);
		window.addEventListener("pagehide", () => this.#keep(), options);
		need(this.#form, "#new-attach", HTMLButtonElement)
			.addEventListener("click", () => chooseFiles((files) => this.attach(files)), options);
		need(this.#form, "#new-sketch", HTMLButtonElement)
			.addEventListener("click", () => actions.sketch(null), options);
		this.#hint();
		this.#have([]);
		storage.draft(board).then((draft) => draft && !closed.aborted && this.#resume(draft), () => {});
	}

	/** With the note that is begun. @param {readonly File[]} files */
	attach(files) {
		this.#have([...this.#files, ...files]);
		this.#keep();
	}

	/** @param {readonly File[]} files */
	#have(files) {
		const without = (/** @type {File} */ file) => {
			this.#have(this.#files.filter((f) => f !== file));
			this.#keep();
			this.#text.focus();
		};

		this.#files = files;
		render(files.length === 0 ? nothing : html`<ul class="files" aria-label=${FILES.list}>${files.map((file) => html`
			<li class="file"><span class="file-name">${file.name}</span>
				<button type="button" class="icon remove" aria-label=${FILES.remove(file.name)} @click=${() => without(file)}>×</button>
			</li>`)}</ul>`, this.#chosen);
	}

	/** @param {Draft} draft */
	#resume({ title, text, list, files = [] }) {
		if (this.#title.value !== "" || this.#text.value !== "" || this.#files.length > 0)
			return;
		this.#have(files);
		this.#title.value = title;
		this.#text.value = text;
		this.#kinds.checked = list;
		this.#hint();
		fitHeight(this.#text);
	}

	#keepSoon() {
		clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#keep(), KEEP_AFTER_MS);
	}

	#keep() {
		const [title, text] = [this.#title.value, this.#text.value];

		clearTimeout(this.#timer);
		this.#storage.keepDraft(this.#board, title || text || this.#files.length > 0
			? { title, text, list: this.#list, files: this.#files } : null)
			.catch(() => {});
	}

	/** @param {boolean} readOnly */
	show(readOnly) {
		this.#form.hidden = readOnly;
	}

	get #list() {
		return new FormData(this.#form).get("kind") === "checklist";
	}

	#hint() {
		this.#text.placeholder = this.#list ? NOTE.writeItems : NOTE.write;
	}

	#submit() {
		const doc = this.#doc();

		if (!doc)
			return this.#text.focus();
		this.#actions.add(doc);
		if (this.#files.length > 0)
			this.#actions.attach(doc.id, this.#files);
		this.#title.value = this.#text.value = "";
		this.#have([]);
		this.#keep();
		fitHeight(this.#text);
		this.#text.focus();
	}

	/** @returns {{ id: string } | null}	null when there is nothing to add */
	#doc() {
		const title = this.#title.value.trim();
		const text = this.#text.value.trim();

		if (title === "" && text === "" && this.#files.length === 0)
			return null;
		const id = idNew();
		const pos = this.#place();
		if (!this.#list)
			return /** @type {any} */ ({ id, kind: "text", title, text, pos });
		const items = text.split("\n").map((line) => ({ text: line.trim() }))
			.filter((item) => item.text !== "");
		return /** @type {any} */ ({ id, kind: "checklist", title, items, pos });
	}
}
