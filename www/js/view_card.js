// @ts-check

import { standing } from "./display.js";
import { filesShown } from "./files.js";
import { lazy } from "./lazy.js";
import { noteName, noteProgress } from "./note.js";
import { CARD, NOTE, STANDING, TYPING } from "./text.js";
import { Acts } from "./view_acts.js";
import { Checklist } from "./view_checklist.js";
import { FieldEditor } from "./view_field.js";
import { Prose } from "./view_prose.js";
import { Trouble } from "./view_trouble.js";
import { flash, fromTemplate, holdsFocus, need } from "./view_dom.js";

/**
 * @import { Actions } from "./actions.js"
 * @import { Standing } from "./display.js"
 * @import { Edits } from "./edits.js"
 * @import { FileTasks } from "./files.js"
 * @import { Person } from "./people.js"
 * @import { Note } from "./types.js"
 */

/**
 * What goes with the notes of a board when they are shown.
 * @typedef {object} Beside
 * @property {ReadonlyMap<string, Edits>} edits	of each note that has some
 * @property {ReadonlySet<string>} fresh	changed by others just now
 * @property {ReadonlyMap<string, Note>} server	as the service has them
 * @property {boolean} online
 * @property {ReadonlyMap<string, FileTasks>} files	on their way, of each note that has some
 * @property {ReadonlyMap<string, Person[]>} typers	who else types in a note
 * @property {ReadonlyMap<string, number>} parts	how much of each is sent
 */

/** @type {Edits} */
const NONE = [];
/** @type {FileTasks} */
const NO_TASKS = [];
const SAVED_MS = 2_500;
const CLOCK = new Intl.DateTimeFormat(undefined, {
	month: "short", day: "numeric", hour: "numeric", minute: "2-digit",
});

/** One note on the board. */
export class Card {
	element = fromTemplate("card-template");
	#article = need(this.element, "article", HTMLElement);
	#title = need(this.element, ".title", HTMLTextAreaElement);
	#text = need(this.element, ".text", HTMLTextAreaElement);
	#add = need(this.element, ".add-item", HTMLFormElement);
	#time = need(this.element, "time", HTMLTimeElement);
	#typing = need(this.element, ".typing", HTMLElement);
	#standing = need(this.element, ".standing", HTMLElement);
	#files = need(this.element, ".attached", HTMLElement);
	#board;
	#note;
	#actions;
	#editors;
	#prose;
	#checklist;
	#trouble;
	#acts;
	/** What shows now. @type {unknown[]} */
	#what = [];
	#lost = false;
	/** @type {Standing} */
	#stood = "";
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#savedTimer;

	/**
	 * @param {string} board
	 * @param {Note} note
	 * @param {Actions} actions
	 */
	constructor(board, note, actions) {
		this.element.dataset.note = note.id;
		this.#board = board;
		this.#note = note;
		this.#actions = actions;
		this.#editors = { title: this.#editor("title", this.#title), text: this.#editor("text", this.#text) };
		this.#prose = new Prose(need(this.element, ".prose", HTMLElement), this.#text);
		this.#checklist = new Checklist(this.element, note.id, actions);
		this.#trouble = new Trouble(need(this.element, ".decide", HTMLElement), actions);
		this.#acts = new Acts(this.element, () => this.#note, actions);
		this.#title.addEventListener("keydown", (event) => {
			if (event.key !== "Enter" || event.isComposing)
				return;
			event.preventDefault();
			const next = this.#text.hidden ? this.#add.querySelector("input") : this.#text;
			next?.focus();
		});
	}

	/** Whether it may be taken away without anybody losing anything. */
	get idle() {
		return !holdsFocus(this.element) && !this.#checklist.dirty;
	}

	/**
	 * @param {Note} note
	 * @param {boolean} readOnly
	 * @param {Beside} beside
	 */
	show(note, readOnly, { edits, fresh, server, online, files, parts, typers }) {
		const known = server.get(note.id);
		const mine = edits.get(note.id) ?? NONE;
		const isFresh = fresh.has(note.id);
		const tasks = files.get(note.id) ?? NO_TASKS;
		const typing = TYPING((typers.get(note.id) ?? []).map(({ name }) => name));
		const what = [note, known, readOnly, mine, mine !== NONE && online, tasks, typing];

		if (!isFresh && !this.#lost && what.every((each, n) => each === this.#what[n]))
			return;
		this.#what = what;
		this.#lost = false;
		this.#note = note;
		for (const field of /** @type {const} */ (["title", "text"]))
			this.#editors[field].show(note[field] ?? "",
				{ rev: known?.rev ?? "", value: (known ?? note)[field] ?? "" });
		this.#prose.show(note.text ?? "");
		this.#checklist.show(note, readOnly, isFresh);
		this.#trouble.show(note, mine.find((e) => ["conflict", "gone", "refused"].includes(e.state)), known);
		this.#stand(standing(mine, note.id, online));
		this.#dress(note, readOnly);
		this.#typing.textContent = typing;
		this.#showFiles(filesShown(known?.files ?? [], tasks, parts), readOnly);
		if (isFresh)
			flash(this.element);
	}

	/** The note is gone while somebody is at it: say so and leave it standing. */
	lose() {
		this.#lost = true;
		if (!this.#trouble.shown)
			this.#trouble.lost(this.#note);
	}

	focus() {
		this.#title.focus();
	}

	/**
	 * @param {"title" | "text"} field
	 * @param {HTMLTextAreaElement} element
	 */
	#editor(field, element) {
		return new FieldEditor(element,
			(base, value) => this.#actions.edit(this.#note.id, field, base, value),
			() => this.#actions.flush());
	}

	/** @param {import("./files.js").ShownFile[]} files @param {boolean} readOnly */
	async #showFiles(files, readOnly) {
		if (files.length === 0 && !this.#files.hasChildNodes())
			return;
		const part = await lazy.files().catch(() => null);
		part?.showFiles(this.#files, { board: this.#board, note: this.#note.id, files, readOnly, actions: this.#actions });
	}

	/** @param {Standing} now */
	#stand(now) {
		const done = now === "" && this.#stood !== "";

		if (now === this.#stood)
			return;
		clearTimeout(this.#savedTimer);
		this.#stood = now;
		this.element.dataset.standing = done ? "saved" : now;
		this.#standing.textContent = done ? CARD.saved : STANDING[now];
		if (done)
			this.#savedTimer = setTimeout(() => {
				this.element.dataset.standing = "";
				this.#standing.textContent = "";
			}, SAVED_MS);
	}

	/**
	 * All that is not editors.
	 * @param {Note} note
	 * @param {boolean} readOnly
	 */
	#dress(note, readOnly) {
		const list = note.kind === "checklist";
		const { done, all } = noteProgress(note);
		const when = CLOCK.format(new Date(note.updated_at));

		this.#acts.show(note, readOnly);
		this.#article.setAttribute("aria-label", NOTE.called(noteName(note)));
		this.#text.hidden = list;
		this.#title.hidden = readOnly && note.title === "";
		this.#add.hidden = !list || readOnly;
		this.#title.readOnly = this.#text.readOnly = readOnly;
		this.#time.dateTime = note.updated_at;
		this.#time.textContent = list && all > 0 ? NOTE.done(done, all, when) : when;
	}
}
