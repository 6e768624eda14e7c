// @ts-check

import { html, nothing, render } from "../modules/lit-html/lit-html.js";
import { strokePack, strokesTake, WHAT } from "./sketch.js";
import { COLORS, HEIGHT, paperDraw, paperNew, WIDTH, WIDTHS } from "./sketch_paper.js";
import { SKETCH } from "./text.js";
import { need } from "./view_dom.js";

/** Fewer than 15 messages a second. */
const EVERY_MS = 75;
const PAPER_PX = 1200;
/** A step of the pen by the arrow keys. */
const STEP = 0.02;
const ARROWS = /** @type {Record<string, [number, number]>} */ ({
	ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
});

/** @import { Stroke } from "./sketch.js" */
/** @typedef {[number, number]} Point */
/**
 * @typedef {object} SketchMeans
 * @property {string} note
 * @property {number} sketch	a random number
 * @property {(bytes: ArrayBuffer) => void} signal	to the others, who may miss it
 * @property {(file: File) => void} keep
 * @property {() => void} left	nothing was kept
 */

/** Paper to draw on, in a panel; what is drawn is told as it is drawn. */
export class SketchPad {
	#dialog = need(document, "#sketch", HTMLDialogElement);
	#canvas = paperNew(PAPER_PX);
	/** @type {Map<number, Stroke>} */
	#strokes = new Map();
	/** Of the last stroke, not told yet. @type {Point[]} */
	#waiting = [];
	#stroke = 0;
	#color = 0;
	#width = 0;
	#frame = 0;
	#down = false;
	#kept = false;
	/** Where the pen of the arrow keys is. @type {Point} */
	#pen = [0.5, 0.5];
	#means;

	/** @param {SketchMeans} means */
	constructor(means) {
		const timer = setInterval(() => this.#flush(), EVERY_MS);

		this.#means = means;
		this.#listen();
		this.#dialog.onclose = () => {
			clearInterval(timer);
			this.#flush();
			this.#tell(WHAT.end, this.#stroke);
			render(nothing, this.#dialog);
			if (!this.#kept)
				means.left();
		};
		paperDraw(this.#canvas, []);
		this.#draw();
		this.#dialog.showModal();
	}

	#listen() {
		const canvas = this.#canvas;

		canvas.tabIndex = 0;
		canvas.setAttribute("role", "application");
		canvas.setAttribute("aria-label", SKETCH.paper);
		canvas.addEventListener("pointerdown", (event) => {
			if (event.button !== 0)
				return;
			canvas.setPointerCapture(event.pointerId);
			this.#begin(this.#place(event));
		});
		canvas.addEventListener("pointermove", (event) => {
			const all = event.getCoalescedEvents?.() ?? [];
			if (canvas.hasPointerCapture(event.pointerId))
				(all.length > 0 ? all : [event]).forEach((each) => this.#add(this.#place(each)));
		});
		canvas.addEventListener("keydown", (event) => this.#key(event));
	}

	/** @param {KeyboardEvent} event */
	#key(event) {
		const [x, y] = ARROWS[event.key] ?? [0, 0];

		if (event.key !== " " && !x && !y)
			return;
		event.preventDefault();
		if (event.key === " ") {
			this.#down = !this.#down;
			if (this.#down)
				this.#begin(this.#pen);
			return;
		}
		this.#pen = [this.#pen[0] + x * STEP, this.#pen[1] + y * STEP * WIDTH / HEIGHT];
		if (this.#down)
			this.#add(this.#pen);
	}

	/** @param {PointerEvent} event @returns {Point} */
	#place({ clientX, clientY }) {
		const { left, top, width, height } = this.#canvas.getBoundingClientRect();

		return [(clientX - left) / width, (clientY - top) / height];
	}

	/** @param {Point} point */
	#begin(point) {
		this.#flush();
		this.#stroke++;
		this.#add(point);
	}

	/** @param {Point} point */
	#add(point) {
		strokesTake(this.#strokes, this.#message(WHAT.points, this.#stroke, [point]));
		this.#waiting.push(point);
		this.#show();
	}

	#undo() {
		const last = [...this.#strokes.keys()].at(-1);

		this.#flush();
		if (last === undefined)
			return;
		this.#strokes.delete(last);
		this.#tell(WHAT.undo, last);
		this.#show();
	}

	#flush() {
		if (this.#waiting.length > 0)
			this.#tell(WHAT.points, this.#stroke, this.#waiting.splice(0));
	}

	/** @param {number} what @param {number} stroke @param {Point[]} [points] */
	#tell(what, stroke, points = []) {
		this.#means.signal(strokePack(this.#message(what, stroke, points)));
	}

	/** @param {number} what @param {number} stroke @param {Point[]} points */
	#message(what, stroke, points) {
		const { note, sketch } = this.#means;

		return { note, sketch, stroke, what, color: this.#color, width: this.#width, points };
	}

	#show() {
		if (this.#frame)
			return;
		this.#frame = requestAnimationFrame(() => {
			this.#frame = 0;
			paperDraw(this.#canvas, this.#strokes.values());
		});
	}

	#keep() {
		paperDraw(this.#canvas, this.#strokes.values());
		this.#canvas.toBlob((blob) => {
			if (!blob)
				return;
			this.#kept = true;
			this.#means.keep(new File([blob], SKETCH.file, { type: "image/png" }));
			this.#dialog.close();
		});
	}

	#draw() {
		const choose = (/** @type {{ color?: number, width?: number }} */ { color = this.#color, width = this.#width }) => {
			this.#flush();
			this.#color = color;
			this.#width = width;
			this.#draw();
		};

		render(html`
			<div class="dialog-head"><h2 id="sketch-title">${SKETCH.title}</h2>
				<button type="button" class="icon" aria-label=${SKETCH.close} @click=${() => this.#dialog.close()}>×</button></div>
			${this.#canvas}
			<div class="pens">
				${COLORS.map((_, color) => html`<button type="button" class="pen" data-pen=${color} aria-label=${SKETCH.colors[color]}
					aria-pressed=${color === this.#color ? "true" : "false"} @click=${() => choose({ color })}></button>`)}
				${WIDTHS.map((_, width) => html`<button type="button" class="pen" data-width=${width} aria-label=${SKETCH.widths[width]}
					aria-pressed=${width === this.#width ? "true" : "false"} @click=${() => choose({ width })}></button>`)}
				<button type="button" class="undo" @click=${() => this.#undo()}>${SKETCH.undo}</button>
				<button type="button" class="loud keep" @click=${() => this.#keep()}>${SKETCH.keep}</button>
			</div>`, this.#dialog);
	}
}
