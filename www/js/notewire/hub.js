// @ts-check

/**
 * One core for several tabs.  What it tells goes to all of them; it rests
 * once all of them do.
 *
 * @import { Clock, Feed, Sink } from "./types.js"
 * @import { CoreOptions } from "./types.js"
 */

import { Core } from "./core.js";
import { listen } from "./messages.js";
import { Reader } from "./reader.js";

/**
 * @typedef {object} Tab
 * @property {(message: any, ports?: MessagePort[]) => void} post
 * @property {boolean} rests
 * @property {boolean} away	it must hear nothing, or it is not brought back
 * @property {Set<Sink>} frames	what runs there
 */

/**
 * All who are here, for a tab that has not heard how they came.
 * @param {any} before
 * @param {any} told
 */
function whole(before, { you, peers, changed = [], left = [], ...rest }) {
	/** @type {{ peer: string }[]} */
	const known = peers ?? before?.peers ?? [];
	const all = new Map([...known, ...changed].map((one) => [one.peer, one]));

	for (const peer of left)
		all.delete(peer);
	return { ...rest, you: you ?? before?.you, peers: [...all.values()] };
}

export class Hub {
	/** @type {Map<string, Tab>} */
	#tabs = new Map();
	/** The last of each kind, for who comes later. @type {Record<string, any>} */
	#last = {};
	#started = false;
	#core;

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 * @param {boolean} [framed]	whether there is a document here
	 */
	constructor(options, clock, framed) {
		this.#core = new Core(options, clock, (message) => this.#tell(message), framed ? undefined : this.#frame.bind(this));
	}

	/**
	 * @param {string} id	of a tab
	 * @param {Tab["post"]} post
	 */
	attach(id, post) {
		if (!this.#tabs.has(id))
			this.#tabs.set(id, { post, rests: false, away: false, frames: new Set() });
		post({ type: "hello" });
	}

	/**
	 * @param {string} id	of a tab
	 * @param {string} method	of the core
	 * @param {any} [arg]
	 * @returns {boolean}	false once nobody is left
	 */
	call(id, method, arg) {
		const tab = this.#tabs.get(id);

		if (!tab)
			return true;
		if (method === "start")
			this.#start(tab, arg);
		else if (method === "close")
			this.#close(id, tab);
		else
			this.#pass(tab, method, arg);
		return this.#tabs.size > 0;
	}

	/** @param {any} message */
	#tell(message) {
		if (message.type === "reset")
			this.#started = false;	/* every tab has to find its place again */
		if (message.type === "statechange" || message.type === "transportchange")
			this.#last[message.type] = message;
		if (message.type === "presence")
			this.#last.presence = whole(this.#last.presence, message);
		for (const { post, away } of this.#tabs.values())
			if (!away)
				post(message);
	}

	/** @param {Tab} tab @param {any} known */
	#start(tab, known) {
		if (!this.#started) {
			this.#started = true;
			return this.#core.start(known);
		}
		Object.values(this.#last).forEach((message) => tab.post(message));
		if (new Reader(known.since).take({ seq: this.#core.cursor }) !== "seen")
			tab.post({ type: "behind" });
	}

	/** @param {Tab} tab @param {string} method @param {any} arg */
	#pass(tab, method, arg) {
		tab.rests = method === "rest";
		if (arg === "pagehide") {
			tab.away = true;
			this.#lose(tab);
		} else if (method === "wake" && tab.away) {
			tab.away = false;
			tab.post({ type: "hello" });
		}
		if (!tab.rests || [...this.#tabs.values()].every(({ rests }) => rests))
			Reflect.get(this.#core, method).call(this.#core, arg);
	}

	/** @param {string} id @param {Tab} tab */
	#close(id, tab) {
		this.#tabs.delete(id);
		this.#lose(tab);
		if (this.#tabs.size === 0)
			this.#core.close();
	}

	/** A tab is gone, and what ran there: nobody's fault, so another takes its place. @param {Tab} tab */
	#lose({ frames }) {
		for (const sink of frames)
			sink.end({ code: 1006, reason: "moved" });
		frames.clear();
	}

	/** A forever frame, in the tab that was seen last. @type {Feed} */
	async #frame({ api, board, since, token, peer }, sink, signal) {
		const tabs = [...this.#tabs.values()];
		const tab = tabs.findLast(({ rests }) => !rests) ?? tabs[0];
		const { port1, port2 } = new MessageChannel();

		listen(port1, sink);
		signal.addEventListener("abort", () => {
			tab.frames.delete(sink);
			port1.postMessage("stop");
		});
		tab.frames.add(sink);
		tab.post({ type: "frame", link: { api, board, since, token, peer } }, [port2]);
	}
}
