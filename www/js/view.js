// @ts-check

import { connectionWords, PAGE, UNSENT } from "./text.js";
import { need } from "./view_dom.js";

/**
 * @import { Connection } from "./types.js"
 */

/** News that come together are said together. */
const SAY_AFTER_MS = 600;
const TOAST_MS = 8_000;
/** A shorter break in the connection is not worth a word. */
const BREAK_MS = 3_000;

/** What surrounds the boards: which screen shows, and what the page says. */
export class Shell {
	#landing = need(document, "#landing", HTMLElement);
	#board = need(document, "#board", HTMLElement);
	#notice = need(document, "#notice", HTMLElement);
	#line = need(document, "#connection", HTMLButtonElement);
	#words = need(document, "#connection-text", HTMLElement);
	#rtt = need(document, "#connection-rtt", HTMLElement);
	#toast = need(document, "#toast", HTMLElement);
	#toastText = need(document, "#toast-text", HTMLElement);
	#toastAct = need(document, "#toast-act", HTMLButtonElement);
	#live = need(document, "#say", HTMLElement);
	/** @type {string[]} */
	#news = [];
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#newsTimer;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#toastTimer;
	/** @type {ReturnType<typeof setTimeout> | undefined} */
	#breakTimer;
	#saidBroken = false;
	#unsaved = 0;
	/** @type {Connection | null} */
	#connection = null;

	constructor() {
		need(document, "#toast-close", HTMLButtonElement)
			.addEventListener("click", () => this.#hideToast());
	}

	/**
	 * @param {"landing" | "board" | "loading"} screen
	 * @param {string} title	of the window
	 */
	screen(screen, title = "") {
		this.#landing.hidden = screen !== "landing";
		this.#board.hidden = screen !== "board";
		this.#line.hidden = screen === "landing";
		document.title = title ? `${title} · Notewire` : "Notewire";
	}

	/** @param {string} text	stays until the next; "" for none */
	notice(text) {
		this.#notice.textContent = text;
		this.#notice.hidden = text === "";
		if (text)
			this.say(text);
	}

	/** @param {Connection} connection */
	connection(connection) {
		this.#connection = connection;
		this.#showConnection();
		clearTimeout(this.#breakTimer);
		if (connection.state === "waiting")
			this.#breakTimer = setTimeout(() => this.#sayBroken(), BREAK_MS);
		if (connection.state === "open" && this.#saidBroken) {
			this.#saidBroken = false;
			this.say(PAGE.connected);
		}
	}

	/** @param {number} unsaved	so many edits the service has not got */
	unsaved(unsaved) {
		this.#unsaved = unsaved;
		this.#showConnection();
	}

	/** A dialog makes all that is beside it inert: what the page says comes into it. */
	#comeForward() {
		const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
		const back = () => document.body.append(this.#toast, this.#live);

		if (dialog && !dialog.contains(this.#live)) {
			dialog.append(this.#toast, this.#live);
			dialog.addEventListener("close", back, { once: true });
		} else if (!this.#live.isConnected)
			back();
	}

	/** @param {string} text	for those who listen to the page */
	say(text) {
		this.#comeForward();
		this.#news.push(text);
		clearTimeout(this.#newsTimer);
		this.#newsTimer = setTimeout(() => {
			const many = this.#news.length > 3;
			this.#live.textContent = many
				? PAGE.changes(this.#news.length) : this.#news.join(" ");
			this.#news = [];
		}, SAY_AFTER_MS);
	}

	/**
	 * @param {string} text
	 * @param {{ label: string, act: () => void }} [offer]
	 */
	toast(text, offer) {
		this.say(text);
		this.#toastText.textContent = text;
		this.#toastAct.hidden = !offer;
		this.#toastAct.textContent = offer?.label ?? "";
		this.#toastAct.onclick = () => {
			this.#hideToast();
			offer?.act();
		};
		this.#toast.hidden = false;
		clearTimeout(this.#toastTimer);
		this.#toastTimer = setTimeout(() => this.#expireToast(), TOAST_MS);
	}

	/**
	 * @param {() => boolean} busy	whether leaving would lose something
	 * @param {AbortSignal} signal
	 */
	watch(busy, signal) {
		window.addEventListener("beforeunload", (event) => {
			if (busy())
				event.preventDefault();
		}, { signal });
	}

	#hideToast() {
		clearTimeout(this.#toastTimer);
		this.#toast.hidden = true;
	}

	/** Its time is up, unless somebody is at it. */
	#expireToast() {
		const inUse = this.#toast.matches(":hover")
			|| this.#toast.contains(document.activeElement);

		if (!inUse)
			return this.#hideToast();
		this.#toastTimer = setTimeout(() => this.#expireToast(), TOAST_MS);
	}

	#showConnection() {
		const now = this.#connection;
		const words = now ? connectionWords(now.state, now.transport, now.reason) : "";

		this.#rtt.textContent = now?.state === "open" && now.rtt ? `${Math.round(now.rtt)} ms` : "";
		this.#words.textContent = UNSENT(words, this.#unsaved);
	}

	#sayBroken() {
		this.#saidBroken = true;
		this.say(PAGE.broken);
	}
}
