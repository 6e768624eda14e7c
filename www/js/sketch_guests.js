// @ts-check

/**
 * What others are drawing now, on their notes until it is saved there.
 *
 * @import { Stroke } from "./sketch.js"
 */

import { strokesTake, strokeUnpack, WHAT } from "./sketch.js";
import { paperDraw, paperNew } from "./sketch_paper.js";
import { SKETCH } from "./text.js";

/** Who says nothing for this long has left the pen. */
const IDLE_MS = 60_000;
const SHOWN_PX = 560;
const MOST = 20;

/** @typedef {{ strokes: Map<number, Stroke>, canvas: HTMLCanvasElement, timer: any, frame: number }} Guest */

export class SketchGuests {
	/** @type {Map<string, Guest>} */
	#guests = new Map();

	/** @param {string} from	a peer @param {unknown} data	of a signal @param {number} own	the sketch that is drawn here */
	hear(from, data, own) {
		const message = strokeUnpack(data);
		const card = message && document.querySelector(`.card[data-note="${message.note}"]`);
		if (!message || !card || own === message.sketch)
			return;
		const key = `${from} ${message.sketch}`;
		if (message.what === WHAT.end || (!this.#guests.has(key) && this.#guests.size >= MOST))
			return this.#drop(key);
		const guest = this.#guests.get(key) ?? this.#begin(key, card);

		strokesTake(guest.strokes, message);
		clearTimeout(guest.timer);
		guest.timer = setTimeout(() => this.#drop(key), IDLE_MS);
		guest.frame ||= requestAnimationFrame(() => {
			guest.frame = 0;
			paperDraw(guest.canvas, guest.strokes.values());
		});
	}

	close() {
		for (const key of [...this.#guests.keys()])
			this.#drop(key);
	}

	/** @param {string} key @param {Element} card @returns {Guest} */
	#begin(key, card) {
		const canvas = paperNew(SHOWN_PX);
		const guest = { strokes: new Map(), canvas, timer: 0, frame: 0 };

		canvas.className = "guest";
		canvas.setAttribute("role", "img");
		canvas.setAttribute("aria-label", SKETCH.drawing);
		card.querySelector(".attached")?.before(canvas);
		this.#guests.set(key, guest);
		return guest;
	}

	/** @param {string} key */
	#drop(key) {
		const guest = this.#guests.get(key);

		clearTimeout(guest?.timer);
		guest?.canvas.remove();
		this.#guests.delete(key);
	}
}
