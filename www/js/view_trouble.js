// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { merge3, unixLines } from "./merge.js";
import { CARD } from "./text.js";

/**
 * @import { Actions } from "./actions.js"
 * @import { Edit } from "./edits.js"
 * @import { Note } from "./types.js"
 */

/**
 * What stands below a note that needs a decision: two versions of its words,
 * that others deleted it, or that the service did not take it.
 */
export class Trouble {
	#root;
	#actions;
	/** What is being decided, so that it is asked once. */
	#about = "";

	/**
	 * @param {HTMLElement} root
	 * @param {Actions} actions
	 */
	constructor(root, actions) {
		this.#root = root;
		this.#actions = actions;
	}

	get shown() {
		return this.#about !== "";
	}

	/**
	 * @param {Note} note	as it shows
	 * @param {Edit | undefined} edit	the one in trouble
	 * @param {Note | undefined} server	as the service has it
	 */
	show(note, edit, server) {
		if (edit?.state === "conflict" && server)
			this.#ask(edit, server);
		else if (edit?.state === "gone")
			this.lost(note);
		else if (edit?.state === "refused")
			this.#show(`refused ${edit.id}`, this.#choice(`${CARD.refused} ${edit.reason}.`,
				[CARD.again, () => this.#actions.again(note.id)], [CARD.drop, () => this.#actions.letGo(note.id)]));
		else
			this.#show("", nothing);
	}

	/** @param {Note} note	that others deleted while somebody is at it */
	lost(note) {
		this.#show("gone", this.#choice(CARD.gone,
			[CARD.putBack, () => this.#actions.putBack(note)], [CARD.letGo, () => this.#actions.letGo(note.id)]));
	}

	/**
	 * @param {string} about
	 * @param {unknown} content
	 */
	#show(about, content) {
		if (about === "" && this.#about === "")
			return;
		this.#about = about;
		render(content, this.#root);
	}

	/** @param {Edit} edit @param {Note} server */
	#ask(edit, server) {
		const field = edit.field ?? "text";
		const theirs = unixLines(server[field] ?? "");
		const mine = edit.value ?? "";
		const about = `conflict ${edit.id} ${server.rev} ${mine}`;
		if (about === this.#about)
			return;
		const draft = merge3(edit.base ?? "", mine, theirs).text;
		const decide = (/** @type {string} */ text) => this.#actions.decide(edit, text, server);
		const merged = () => this.#root.querySelector("textarea")?.value ?? "";

		this.#show(about, html`<div class="trouble" role="group" aria-label=${CARD.twoVersions}>
			<p>${CARD.conflict}</p>
			<h3>${CARD.mine}</h3><blockquote class="mine">${mine}</blockquote>
			<h3>${CARD.theirs}</h3><blockquote class="theirs">${theirs}</blockquote>
			<label><span>${CARD.both}</span><textarea class="merged" .value=${draft}></textarea></label>
			<div class="choices">
				<button type="button" class="keep" @click=${() => decide(mine)}>${CARD.keepMine}</button>
				<button type="button" class="take" @click=${() => decide(theirs)}>${CARD.takeTheirs}</button>
				<button type="button" class="merge loud" @click=${() => decide(merged())}>${CARD.takeBoth}</button>
			</div>
		</div>`);
	}

	/**
	 * @param {string} words
	 * @param {[string, () => void]} keep
	 * @param {[string, () => void]} take
	 */
	#choice(words, [keep, onKeep], [take, onTake]) {
		return html`<div class="trouble" role="group" aria-label=${words}>
			<p>${words}</p>
			<div class="choices">
				<button type="button" class="keep loud" @click=${onKeep}>${keep}</button>
				<button type="button" class="take" @click=${onTake}>${take}</button>
			</div>
		</div>`;
	}
}
