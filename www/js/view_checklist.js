// @ts-check

import { idNew } from "./id.js";
import { NOTE } from "./text.js";
import { reorderBy } from "./view_reorder.js";
import { FieldEditor } from "./view_field.js";
import { arrange, flash, fromTemplate, holdsFocus, need } from "./view_dom.js";

/**
 * @import { Item, Note } from "./types.js"
 * @import { Actions } from "./actions.js"
 */

/** One line of a checklist. */
class Row {
	element = fromTemplate("item-template");
	box = need(this.element, "[type=checkbox]", HTMLInputElement);
	text = need(this.element, ".item-text", HTMLTextAreaElement);
	grip = need(this.element, ".grip", HTMLButtonElement);
	remove = need(this.element, ".remove", HTMLButtonElement);
	#editor;

	/**
	 * @param {string} note
	 * @param {string} item
	 * @param {Actions} actions
	 */
	constructor(note, item, actions) {
		this.text.addEventListener("input", () => oneLine(this.text));
		this.#editor = new FieldEditor(this.text,
			(_, text) => actions.putItem(note, item, { text }), () => actions.flush());
		this.box.addEventListener("change", () => actions.putItem(note, item, { done: this.box.checked }));
	}

	/**
	 * @param {Item} item
	 * @param {boolean} readOnly
	 */
	show(item, readOnly) {
		this.#editor.show(item.text, { rev: "", value: item.text });
		this.box.checked = item.done;
		this.box.setAttribute("aria-label", item.text || NOTE.emptyItem);
		this.box.disabled = readOnly;
		this.text.readOnly = readOnly;
		this.remove.hidden = this.grip.hidden = readOnly;
		this.remove.setAttribute("aria-label", NOTE.deleteItem(item.text));
		this.grip.setAttribute("aria-label", NOTE.moveItem(item.text));
	}
}

/** However long it is: what was pasted may have had more. @param {HTMLTextAreaElement} text */
function oneLine(text) {
	const at = text.selectionEnd;

	if (!text.value.includes("\n"))
		return;
	text.value = text.value.replaceAll("\n", " ");
	text.setSelectionRange(at, at);
}

/** The items of one card. */
export class Checklist {
	#list;
	#input;
	#note;
	#actions;
	/** @type {Item[]}	in order */
	#items = [];
	/** @type {Map<string, Row>} */
	#rows = new Map();

	/**
	 * @param {HTMLElement} card
	 * @param {string} note
	 * @param {Actions} actions
	 */
	constructor(card, note, actions) {
		const form = need(card, ".add-item", HTMLFormElement);

		this.#list = need(card, ".items", HTMLUListElement);
		this.#input = need(form, "input", HTMLInputElement);
		this.#note = note;
		this.#actions = actions;
		form.addEventListener("submit", (event) => {
			event.preventDefault();
			this.#add();
		});
		this.#list.addEventListener("keydown", (event) => {
			if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLTextAreaElement))
				return;
			event.preventDefault();
			(event.target.closest(".item")?.nextElementSibling?.querySelector("textarea") ?? this.#input).focus();
		});
		this.#list.addEventListener("focusout", () => setTimeout(() => this.#sweep()));
	}

	get dirty() {
		return this.#input.value !== "";
	}

	/**
	 * @param {Note} note
	 * @param {boolean} readOnly
	 * @param {boolean} fresh	somebody else's change: show what is new
	 */
	show(note, readOnly, fresh) {
		const items = this.#items = [...note.items ?? []].sort((a, b) =>
			a.pos - b.pos || (a.id < b.id ? -1 : 1));
		const before = this.#rows.size;

		for (const item of items) {
			const known = this.#rows.has(item.id);
			this.#row(item.id).show(item, readOnly);
			if (fresh && before > 0 && !known)
				flash(this.#row(item.id).element);
		}
		for (const [id, row] of this.#rows)
			row.element.classList.toggle("gone", !items.some((i) => i.id === id));
		this.#sweep();
		arrange(this.#list, items.map((i) => this.#row(i.id).element));
	}

	/** @param {string} id */
	#row(id) {
		const known = this.#rows.get(id);
		if (known)
			return known;
		const row = new Row(this.#note, id, this.#actions);
		row.remove.addEventListener("click", () => this.#delete(id, row));
		reorderBy(row.element, row.grip, {
			rows: () => this.#items.map((i) => this.#row(i.id).element),
			move: (_, after) => this.#move(id, after),
		});
		this.#rows.set(id, row);
		return row;
	}

	/**
	 * @param {string} id
	 * @param {HTMLElement | null} after	the row before its new place
	 */
	#move(id, after) {
		const others = this.#items.filter((i) => i.id !== id);
		const at = others.findIndex((i) => this.#row(i.id).element === after);
		const [low, high] = [others[at]?.pos, others[at + 1]?.pos];
		const pos = low === undefined ? (high ?? 0) - 1 : high === undefined ? low + 1 : (low + high) / 2;

		this.#actions.putItem(this.#note, id, { pos });
	}

	/** Takes away rows of deleted items, but none a person is in. */
	#sweep() {
		for (const [id, row] of this.#rows) {
			if (!row.element.classList.contains("gone") || holdsFocus(row.element))
				continue;
			row.element.remove();
			this.#rows.delete(id);
		}
	}

	/**
	 * @param {string} id
	 * @param {Row} row
	 */
	#delete(id, row) {
		const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
		const box = next?.querySelector("input");

		(box ?? this.#input).focus();
		this.#actions.deleteItem(this.#note, id);
	}

	#add() {
		const text = this.#input.value.trim();

		if (text === "")
			return;
		this.#input.value = "";
		this.#actions.putItem(this.#note, idNew(), { text });
	}
}
