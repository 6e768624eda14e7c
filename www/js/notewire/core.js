// @ts-check

/**
 * One connection to one board: has a chooser and does what it decides, and
 * hands on each change once and in order, whichever line brings it.  It is
 * told, and tells, plain messages, so that a worker can own it.
 *
 * @import { Change, Clock, CoreLine, CoreOptions, Feed, Op, TransportName } from "./types.js"
 */

import { frameOf } from "./bytes.js";
import { Chooser } from "./chooser.js";
import { changesPath, endOf, request } from "./http.js";
import { lineOf } from "./line.js";
import { outboxOf } from "./outbox.js";
import { Reader } from "./reader.js";
import { PushSocket } from "./socket.js";
import { transportsHere } from "./transports.js";

/** The closes that nothing follows. */
const FINAL = [4401, 4403, 4404];

export class Core {
	/** The line that delivers. @type {CoreLine | undefined} */
	current;
	/** @type {Map<number, CoreLine>} */
	#lines = new Map();
	#reader = new Reader("");

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 * @param {(message: any) => void} emit
	 * @param {Feed} [frame]	a forever frame, where there is no document
	 */
	constructor(options, clock, emit, frame) {
		this.options = options;
		this.clock = clock;
		this.emit = emit;
		this.frame = frame;
		this.presence = options.presence;
		this.outbox = outboxOf(clock, (result) => emit({ type: "done", ...result }));
		this.chooser = new Chooser(Math.random, clock, {
			open: (id, name) => this.#lines.set(id, lineOf(this, id, this.#dial(name))),
			close: (id) => this.#drop(id),
			deliver: (id, why) => this.#deliver(this.#lines.get(id), why),
			ping: () => this.current?.socket.send('{"event":"ping"}'),
			enter: (state, reason, retryIn) => emit({ type: "statechange", state, reason, retryIn }),
		});
	}

	get cursor() {
		return this.#reader.cursor;
	}

	/**
	 * From the cursor `since`; after a reset, again.
	 * @param {{ since: string, offered?: string[], rtt?: number, remembered?: string }} known
	 */
	start({ since, offered, ...known }) {
		const here = this.options.transports ?? transportsHere(this.frame);
		const names = here.filter((name) => (offered ?? here).includes(name) || name === "poll");

		this.#reader = new Reader(since);
		this.chooser.start(names.length ? names : here, known);
	}

	/** @param {Op} op */
	publish(op) {
		this.outbox.add(op);
	}

	/** @param {{ event?: string, to?: string, data: any }} signal */
	signal({ event = "signal", to, data }) {
		if (event === "presence")
			this.presence = data;
		this.current?.socket.send(data instanceof ArrayBuffer
			? frameOf(to ? 2 : 1, to ?? "", new Uint8Array(data)) : JSON.stringify({ event, to, data }));
	}

	/** @param {string} why */
	wake(why) {
		this.chooser.wake(why);
	}

	/** @param {boolean} online */
	online(online) {
		this.chooser.online(online);
	}

	/** @param {string} reason */
	rest(reason) {
		if (reason !== "hidden" || this.outbox.isEmpty())
			this.chooser.rest(reason);
	}

	/** Until it is started again. */
	close(reason = "closed") {
		this.chooser.rest(reason, "closed");
	}

	/** @param {Change} change */
	change(change) {
		const step = this.#reader.take(change);

		if (step === "next")
			this.emit({ type: "change", change });
		else if (step === "gap")
			this.reset(step);
	}

	/** @param {string} reason */
	reset(reason) {
		this.chooser.rest("reset", "connecting");
		this.emit({ type: "reset", reason });
	}

	/** A line is over. @param {number} id @param {number} code @param {string} reason @param {number} [retry] */
	ended(id, code, reason, retry) {
		if (FINAL.includes(code))
			return this.close(reason);
		if (reason === "bad-cursor")
			return this.reset(reason);
		this.chooser.ended(id, reason || (code === 1006 ? "broken" : String(code)), retry);
		if (code === 1006 && this.chooser.state === "waiting")
			this.#ask();
	}

	/** @param {TransportName} transport */
	#dial(transport) {
		const { api, socket, board, token, peer } = this.options;
		const query = new URLSearchParams({ since: this.cursor, ...peer && { peer } });

		return new PushSocket(`${socket}${board}?${query}`, "notewire.v1", {
			api, token, transport, clock: this.clock, frame: this.frame,
			trace: (detail) => this.emit({ type: "trace", ...detail }),
		});
	}

	/** @param {CoreLine | undefined} line	none: it is lost @param {string} why */
	#deliver(line, why) {
		const from = this.current?.socket.transport ?? "";
		const to = line?.socket.transport ?? "";

		this.current = line;
		this.emit({ type: "transportchange", from, to, why });
		line?.deliver();
		if (this.options.peer && this.presence !== undefined)
			this.signal({ event: "presence", data: this.presence });
		this.outbox.attach(line && ((text) => line.socket.send(text)), to === "websocket");
	}

	/** @param {number} id */
	#drop(id) {
		const line = this.#lines.get(id);

		this.#lines.delete(id);
		if (line && line === this.current)
			this.#deliver(undefined, "lost");
		line?.close();
	}

	/** A page is not told why a WebSocket was refused; a plain question is. */
	async #ask() {
		const { board } = this.options;
		try {
			await request({ ...this.options, clock: this.clock }, changesPath({ board }, "normal", "now"));
		} catch (error) {
			const { clean, reason } = endOf(error);
			if (clean && this.chooser.state !== "open")
				this.close(reason);
		}
	}
}
