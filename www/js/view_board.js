// @ts-check

import { boardOrder, noteMatches } from "./board.js";
import { PAGE } from "./text.js";
import { Card } from "./view_card.js";
import { Composer } from "./view_composer.js";
import { arrange, need } from "./view_dom.js";
import { takeDrops } from "./view_drop.js";
import { Layout } from "./view_layout.js";
import { moveBy } from "./view_move.js";
import { orderFirst, orderMove } from "./order.js";

/**
 * @import { BoardState } from "./board.js"
 * @import { Actions } from "./actions.js"
 * @import { Storage } from "./storage.js"
 * @import { Beside } from "./view_card.js"
 */

/** The board's notes, each in a card that lives as long as the note. */
export class BoardView {
	#title = need(document, "#board-title", HTMLElement);
	#list = need(document, "#notes", HTMLUListElement);
	#empty = need(document, "#empty", HTMLElement);
	#search = need(document, "#search", HTMLInputElement);
	#none = need(document, "#found-none", HTMLElement);
	#id;
	#actions;
	#composer;
	#layout = new Layout();
	#readOnly = true;
	/** @type {Map<string, Card>} */
	#cards = new Map();
	/** @type {import("./types.js").Note[]} */
	#notes = [];
	/** @type {Set<string>} cards whose note is gone */
	#lost = new Set();

	/**
	 * @param {string} id
	 * @param {Actions} actions
	 * @param {Storage} storage
	 * @param {AbortSignal} closed
	 */
	constructor(id, actions, storage, closed) {
		this.#id = id;
		this.#actions = actions;
		this.#composer = new Composer(id, actions, storage, () => orderFirst(this.#notes), closed);
		this.#list.replaceChildren();
		this.#search.value = "";
		this.#search.addEventListener("input", () => this.#filter(), { signal: closed });
		takeDrops({
			open: () => !this.#readOnly,
			take: (place, files) => (place && place.dataset.note === undefined ? this.#composer.attach(files)
				: actions.attach(place?.dataset.note ?? null, files)),
		}, closed);
		this.#list.addEventListener("focusout",
			() => setTimeout(() => this.#sweep()), { signal: closed });
	}

	/**
	 * @param {BoardState} state
	 * @param {Beside} beside
	 */
	show(state, beside) {
		const readOnly = this.#readOnly = state.role === "read";
		const notes = boardOrder(state);

		this.#title.textContent = state.title || PAGE.untitled;
		this.#composer.show(readOnly);
		for (const note of notes) {
			this.#lost.delete(note.id);
			this.#card(note).show(note, readOnly, beside);
		}
		for (const [id, card] of this.#cards)
			if (!state.notes.has(id)) {
				this.#lost.add(id);
				if (!card.idle)
					card.lose();
			}
		this.#sweep();
		arrange(this.#list, notes.map((note) => this.#card(note).element));
		this.#notes = notes;
		this.#filter();
	}

	/** Shows the notes that are looked for. */
	#filter() {
		const query = this.#search.value.trim();
		let shown = 0;

		for (const note of this.#notes) {
			const { element } = this.#card(note);
			element.hidden = query !== "" && !noteMatches(note, query) && !element.contains(document.activeElement);
			shown += Number(!element.hidden);
		}
		this.#none.hidden = query === "" || shown > 0;
		this.#empty.hidden = this.#cards.size > 0;
	}

	/**
	 * Takes a card away whose note the person deleted; the focus, if it was
	 * there, goes to the neighbour.
	 * @param {string} id
	 */
	dismiss(id) {
		const card = this.#cards.get(id);
		if (!card)
			return;
		const focused = card.element.contains(document.activeElement);
		const next = card.element.nextElementSibling ?? card.element.previousElementSibling;
		this.#drop(id, card);
		if (!focused)
			return;
		const near = [...this.#cards.values()].find((c) => c.element === next);
		if (near)
			near.focus();
		else
			this.#list.focus();
	}

	/** @param {import("./types.js").Note} note */
	#card(note) {
		const known = this.#cards.get(note.id);
		if (known)
			return known;
		const card = new Card(this.#id, note, this.#actions);
		this.#cards.set(note.id, card);
		this.#layout.add(card.element);
		moveBy(card.element, need(card.element, ".move", HTMLButtonElement), {
			cards: () => this.#notes.map((n) => this.#card(n).element).filter((e) => !e.hidden),
			move: (moved, after) => this.#move(moved.dataset.note ?? "", after?.dataset.note ?? null),
		});
		return card;
	}

	/** @param {string} id @param {string | null} after */
	#move(id, after) {
		for (const { id: note, pos } of orderMove(this.#notes, id, after))
			this.#actions.set(note, { pos });
		this.#cards.get(id)?.element.scrollIntoView({ block: "nearest" });
	}

	#sweep() {
		for (const id of this.#lost) {
			const card = this.#cards.get(id);
			if (card?.idle)
				this.#drop(id, card);
		}
	}

	/**
	 * @param {string} id
	 * @param {Card} card
	 */
	#drop(id, card) {
		this.#layout.remove(card.element);
		card.element.remove();
		this.#cards.delete(id);
		this.#lost.delete(id);
		this.#empty.hidden = this.#cards.size > 0;
	}
}
