// @ts-check

/**
 * Tells the others on a board who is here and types where, and hears it from
 * them.  A browser is one person, however many tabs it has.
 *
 * @import { Live } from "./live.js"
 * @import { People, Person } from "./people.js"
 */

import { NOBODY, nameClean, peopleTold, peopleTyping, typersByNote, TYPING_MS } from "./people.js";

/** While somebody types the others hear of it this often. */
const EVERY_MS = 2_500;
const NAME = "notewire name";

export class Presence {
	/** @type {People} */
	people = NOBODY;
	#live;
	#tab;
	#changed;
	/** The name, where the browser keeps none. */
	#unkept = "";
	#toldAt = -Infinity;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;

	/**
	 * @param {Live} live
	 * @param {string} tab
	 * @param {() => void} changed
	 * @param {AbortSignal} closed
	 */
	constructor(live, tab, changed, closed) {
		const options = { signal: closed };

		this.#live = live;
		this.#tab = tab;
		this.#changed = changed;
		live.client.addEventListener("presence", (event) =>
			this.#turn(peopleTold(this.people, /** @type {any} */ (event))), options);
		live.client.addEventListener("signal", (event) => this.#heard(/** @type {any} */ (event)), options);
		live.client.addEventListener("statechange", () => this.#tell(), options);
		window.addEventListener("storage", ({ key }) => key === NAME && changed(), options);
		closed.addEventListener("abort", () => clearTimeout(this.#timer));
	}

	get name() {
		try {
			return localStorage.getItem(NAME) ?? this.#unkept;
		} catch {
			return this.#unkept;
		}
	}

	/** @param {string} name */
	rename(name) {
		this.#unkept = nameClean(name);
		try {
			localStorage.setItem(NAME, this.#unkept);
		} catch {
			/* it is for this visit alone */
		}
		this.#tell();
		this.#changed();
	}

	/** @returns {Map<string, Person[]>}	who else types in each note */
	get typers() {
		return typersByNote(this.people, Date.now());
	}

	/** @param {string} note	one types in now */
	typing(note) {
		const now = Date.now();

		if (now - this.#toldAt < EVERY_MS || !this.#live.signals)
			return;
		this.#toldAt = now;
		this.#live.client.signal({ typing: note, tab: this.#tab }).catch(() => {});
	}

	#tell() {
		if (this.#live.signals)
			this.#live.client.signal({ name: this.name }, { event: "presence" }).catch(() => {});
	}

	/** @param {{ from: string, data: any }} signal */
	#heard({ from, data }) {
		if (from && from !== this.people.you && typeof data?.typing === "string")
			this.#turn(peopleTyping(this.people, from, data.typing, Date.now()));
	}

	/** @param {People} people */
	#turn(people) {
		this.people = people;
		clearTimeout(this.#timer);
		if (people.typing.size > 0)
			this.#timer = setTimeout(() => this.#turn(peopleTyping(this.people, "", "", Date.now())), TYPING_MS + 100);
		this.#changed();
	}
}
