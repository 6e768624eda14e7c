// @ts-check

import { LATE } from "./text.js";

/** Nobody waits longer without a word. */
const PATIENCE_MS = 3_000;
const AGAIN_MS = 5_000;

/** @typedef {{ load: () => Promise<any>, open: (part: any) => void, told: boolean }} Wish */

/**
 * Opens parts that come late.  Who asks for one that cannot come is told so; it
 * is asked for again, and offered once it is here.  What is asked for next
 * takes its place.
 */
export class Late {
	/** @type {Wish | null} */
	#wish = null;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#timer;
	#toast;

	/**
	 * @param {(text: string, offer?: { label: string, act: () => void }) => void} toast
	 * @param {AbortSignal} closed
	 */
	constructor(toast, closed) {
		this.#toast = toast;
		closed.addEventListener("abort", () => {
			this.#wish = null;
			clearTimeout(this.#timer);
		});
	}

	/**
	 * @template T
	 * @param {() => Promise<T>} load
	 * @param {(part: T) => void} open
	 */
	open(load, open) {
		const wish = this.#wish = { load, open, told: false };

		setTimeout(() => this.#tell(wish), PATIENCE_MS);
		this.#try(wish);
	}

	/** There is a connection again. */
	wake() {
		if (this.#wish?.told)
			this.#try(this.#wish);
	}

	/** @param {Wish} wish */
	async #try(wish) {
		clearTimeout(this.#timer);
		const part = await wish.load().catch(() => null);
		if (wish !== this.#wish)
			return;
		if (!part) {
			this.#tell(wish);
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#try(wish), AGAIN_MS);
			return;
		}
		this.#wish = null;
		if (wish.told)
			this.#toast(LATE.here, { label: LATE.open, act: () => wish.open(part) });
		else
			wish.open(part);
	}

	/** @param {Wish} wish */
	#tell(wish) {
		if (wish !== this.#wish || wish.told)
			return;
		wish.told = true;
		this.#toast(LATE.missing);
	}
}

/**
 * Makes something once; what could not be made is made when it is asked for next.
 * @template T
 * @param {() => Promise<T>} make
 * @returns {() => Promise<T>}
 */
export function once(make) {
	/** @type {Promise<T> | undefined} */
	let made;

	return () => made ??= make().catch((error) => {
		made = undefined;
		throw error;
	});
}
