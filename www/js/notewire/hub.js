// @ts-check

/**
 * One core for several tabs.  What it tells goes to all of them; it rests
 * once all of them do.
 *
 * @import { Clock } from "./types.js"
 * @import { CoreOptions } from "./core.js"
 */

import { Core } from "./core.js";
import { FarSocket } from "./frames.js";
import { Reader } from "./reader.js";
import { PushSocket } from "./socket.js";
import { TRANSPORTS } from "./transports.js";

/** @typedef {{ post: (message: any) => void, at: string, rests: boolean, away: boolean }} Port */

export class Hub {
	/** @type {Map<string, Port>} */
	#ports = new Map();
	/** The last of each kind, for who comes later. @type {Record<string, any>} */
	#last = {};
	#started = false;
	/** What runs in tabs. @type {Map<number, { socket: FarSocket, port: Port }>} */
	#far = new Map();
	#serial = 0;
	#core;

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 */
	constructor(options, clock) {
		const transports = options.transports ?? TRANSPORTS.filter((t) => t.name === "htmlfile" || t.here()).map((t) => t.name);

		this.#core = new Core({ ...options, transports }, clock, (message) => {
			if (message.type === "reset")
				this.#forget();
			if (message.type === "state" || message.type === "transport")
				this.#last[message.type] = message;
			for (const { post, away } of this.#ports.values())
				if (!away)
					post(message);
		}, (url, how) => (how.transport === "htmlfile" ? this.#dial(url, how) : new PushSocket(url, "notewire.v1", how)));
	}

	/** Every tab has to find its place again. */
	#forget() {
		this.#started = false;
		for (const port of this.#ports.values())
			port.at = "";
	}

	/** In the tab that was seen last. @param {string} url @param {any} how */
	#dial(url, how) {
		const port = [...this.#ports.values()].findLast((one) => !one.rests) ?? [...this.#ports.values()][0];
		const id = this.#serial++;
		const socket = new FarSocket((more) => port?.post({ type: "frame", id, ...more }), url, how);

		if (port)
			this.#far.set(id, { socket, port });
		return socket;
	}

	/**
	 * A page that was put away must hear nothing, or it is not brought back;
	 * then it goes on from where it is.
	 * @param {Port} port @param {string} method @param {any} arg
	 */
	#turn(port, method, arg) {
		port.rests = method === "rest";
		if (arg === "pagehide") {
			port.away = true;
			this.#lose(port);
		} else if (method === "wake" && port.away) {
			port.away = false;
			port.at = this.#core.cursor;
			port.post({ type: "hello" });
		}
	}

	/** A tab is gone, and what ran there. @param {Port} port */
	#lose(port) {
		for (const [id, one] of this.#far)
			if (one.port === port) {
				this.#far.delete(id);
				one.socket.hear({ end: { code: 1006, reason: "" } });
			}
	}

	/**
	 * @param {string} id
	 * @param {(message: any) => void} post
	 */
	attach(id, post) {
		if (!this.#ports.has(id))
			this.#ports.set(id, { post, at: this.#core.cursor, rests: false, away: false });
		post({ type: "hello" });
	}

	/**
	 * @param {string} id	of a tab
	 * @param {string} method	of the core
	 * @param {any} arg
	 * @returns {boolean}	false once nobody is left
	 */
	call(id, method, arg) {
		const port = this.#ports.get(id);

		if (!port)
			return true;
		if (method === "start") {
			this.#start(port, arg);
		} else if (method === "frame") {
			this.#far.get(arg.id)?.socket.hear(arg);
		} else if (method === "close") {
			this.#ports.delete(id);
			this.#lose(port);
			if (this.#ports.size === 0)
				this.#core.close();
		} else {
			this.#turn(port, method, arg);
			if (!port.rests || [...this.#ports.values()].every((p) => p.rests))
				Reflect.get(this.#core, method).call(this.#core, arg);
		}
		return this.#ports.size > 0;
	}

	/** @param {Port} port @param {any} known */
	#start(port, known) {
		if (!this.#started)
			this.#core.start(known);
		else if (port.at && new Reader(known.since).take({ seq: port.at, id: "" }) !== "seen")
			port.post({ type: "reset", reason: "behind" });
		else
			Object.values(this.#last).forEach(port.post);
		port.at = "";
		this.#started = true;
	}
}
