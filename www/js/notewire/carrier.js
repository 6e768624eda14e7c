// @ts-check

/**
 * The lines of a connection: hands on each change once and in order, whichever
 * line brings it, and all else of the line that delivers.
 *
 * @import { Change, Clock, Problem, TransportName } from "./types.js"
 * @import { CoreOptions } from "./core.js"
 * @import { Outbox } from "./outbox.js"
 * @import { PushSocket } from "./socket.js"
 */

import { frameOf, frameRead } from "./messages.js";
import { Reader } from "./reader.js";

/**
 * @typedef {{ id: number, name: TransportName, socket: PushSocket, caughtUp: boolean, held: any[] }} Carried
 *
 * @typedef {object} Owner
 * @property {(message: any) => void} emit
 * @property {(url: string, how: any) => PushSocket} dial
 * @property {(id: number) => void} heard
 * @property {(id: number) => void} proven
 * @property {(id: number, code: number, reason: string, retry: number) => void} ended
 * @property {(reason: string) => void} reset
 */

export class Carrier {
	/** @type {Map<number, Carried>} */
	#lines = new Map();
	/** @type {Carried | null} */
	#current = null;
	#reader = new Reader("");
	#options;
	#clock;
	#outbox;
	#owner;
	#presence;

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 * @param {Outbox} outbox
	 * @param {Owner} owner
	 */
	constructor(options, clock, outbox, owner) {
		this.#options = options;
		this.#clock = clock;
		this.#outbox = outbox;
		this.#owner = owner;
		this.#presence = options.presence;
	}

	get cursor() {
		return this.#reader.cursor;
	}

	/** @param {string} since */
	begin(since) {
		this.#reader = new Reader(since);
	}

	/** @param {{ event?: string, to?: string, data: any }} signal */
	signal({ event = "signal", to, data }) {
		if (event === "presence")
			this.#presence = data;
		this.#current?.socket.send(data instanceof ArrayBuffer
			? frameOf(to ? 2 : 1, to ?? "", new Uint8Array(data)) : JSON.stringify({ event, to, data }));
	}

	/** @param {number} id @param {TransportName} name */
	open(id, name) {
		const { api, socket: prefix, board, token, peer } = this.#options;
		const query = new URLSearchParams({ since: this.cursor, ...peer && { peer } });
		const socket = this.#owner.dial(`${prefix}${board}?${query}`, {
			api, token, transport: name, clock: this.#clock,
			trace: (/** @type {any} */ detail) => this.#owner.emit({ type: "trace", detail }),
		});
		const line = { id, name, socket, caughtUp: false, held: [] };

		this.#lines.set(id, line);
		socket.binaryType = "arraybuffer";
		socket.onmessage = ({ data }) => this.#lines.has(id) && this.#hear(line, data);
		socket.onclose = ({ code, reason }) => this.#lines.has(id) && this.#ended(line, code, reason);
	}

	/** @param {number} id */
	close(id) {
		const line = this.#lines.get(id);

		if (line)
			this.#forget(line);
		line?.socket.close();
	}

	/** @param {number} id @param {string} why */
	deliver(id, why) {
		const line = this.#lines.get(id);
		if (!line)
			return;
		const from = this.#current?.name ?? "";

		this.#current = line;
		this.#owner.emit({ type: "transport", from, to: line.name, why });
		line.held.splice(0).forEach(this.#owner.emit);
		if (this.#options.peer && this.#presence !== undefined)
			this.signal({ event: "presence", data: this.#presence });
		this.#outbox.attach((text) => line.socket.send(text), line.name === "websocket");
	}

	/** @param {Carried} line */
	#forget(line) {
		this.#lines.delete(line.id);
		if (line !== this.#current)
			return;
		this.#current = null;
		this.#outbox.attach(null, false);
		this.#owner.emit({ type: "transport", from: line.name, to: "", why: "lost" });
	}

	/** @param {Carried} line @param {number} code @param {string} reason */
	#ended(line, code, reason) {
		this.#forget(line);
		this.#owner.ended(line.id, code, reason, line.socket.retry);
	}

	/** @param {Carried} line @param {string | ArrayBuffer} message */
	#hear(line, message) {
		this.#owner.heard(line.id);
		if (typeof message !== "string") {
			const { one, peer, body } = frameRead(message);
			return this.#said(line, { type: "signal", from: peer, to: one ? "you" : "", data: body.slice().buffer });
		}
		const { event, id, data, retry } = JSON.parse(message);
		if (event === "change")
			this.#change(id, data);
		else if (event === "up-to-date")
			line.caughtUp = true;
		else if (event === "heartbeat" && line.caughtUp)
			this.#owner.proven(line.id);
		else if (event === "end")
			line.socket.retry = retry ?? 0;
		else if (event === "reset")
			this.#owner.reset(data.reason);
		else if (event === "results")
			this.#outbox.results(data.results);
		else if (event === "problem")
			this.#problem(line, data);
		else if (event === "signal-problem")
			this.#owner.emit({ type: "problem", problem: data });
		else if (event === "signal" || event === "presence")
			this.#said(line, { type: event, ...data });
	}

	/** @param {string} id @param {Change} change */
	#change(id, change) {
		const step = this.#reader.take(change);

		if (step === "next")
			this.#owner.emit({ type: "change", id, change });
		else if (step === "gap")
			this.#owner.reset("gap");
	}

	/** @param {Carried} line @param {Problem} problem */
	#problem(line, problem) {
		if ((problem.status ?? 0) < 500)
			return this.#outbox.problem(problem);
		this.#ended(line, 1013, "busy");
		line.socket.close();
	}

	/** What is not kept counts from the line that delivers. @param {Carried} line @param {any} message */
	#said(line, message) {
		if (line === this.#current)
			this.#owner.emit(message);
		else if (message.type === "presence" || !this.#current)
			line.held.push(message);
	}
}
