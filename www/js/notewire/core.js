// @ts-check

/**
 * One connection to one board: does what the chooser decides, hands on each
 * change once, and keeps what is to be published until it is acknowledged.
 * It is told, and tells, plain messages, so that a worker can own it.
 *
 * @import { Change, Clock, Op, Problem, TransportName } from "./types.js"
 * @import { Action } from "./chooser.js"
 */

import { Chooser } from "./chooser.js";
import { endOf, FINAL, request } from "./http.js";
import { frameOf, frameRead } from "./messages.js";
import { Outbox } from "./outbox.js";
import { Reader } from "./reader.js";
import { PushSocket } from "./socket.js";
import { transportsHere } from "./transports.js";

/**
 * @typedef {object} CoreOptions
 * @property {string} api
 * @property {string} socket
 * @property {string} board
 * @property {string} [token]
 * @property {string} [peer]
 * @property {any} [presence]
 * @property {TransportName[]} [transports]
 * @property {boolean} [trace]
 *
 * @typedef {{ id: number, name: TransportName, socket: PushSocket, caughtUp: boolean, held: any[] }} CoreLine
 */

const TICK_MS = 10_000;
const LATE_MS = 8_000;

export class Core {
	#options;
	#clock;
	#emit;
	#dial;
	/** @type {Chooser | null} */
	#chooser = null;
	/** @type {Map<number, CoreLine>} */
	#lines = new Map();
	/** @type {CoreLine | null} */
	#current = null;
	#reader = new Reader("");
	#outbox;
	/** @type {any} */
	#timer;
	/** @type {any} */
	#ticker;
	#wall = 0;
	#presence;

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 * @param {(message: any) => void} emit
	 * @param {(url: string, options: any) => any} [dial]	makes what is like a PushSocket
	 */
	constructor(options, clock, emit, dial = (url, how) => new PushSocket(url, "notewire.v1", how)) {
		this.#dial = dial;
		this.#options = options;
		this.#clock = clock;
		this.#emit = emit;
		this.#presence = options.presence;
		this.#outbox = new Outbox(clock, (key, result, problem) => emit({ type: "done", key, result, problem }));
	}

	get cursor() {
		return this.#reader.cursor;
	}

	/**
	 * From the cursor `since`; after a reset, again.
	 * @param {{ since: string, offered?: string[], rtt?: number, remembered?: string }} known
	 */
	start({ since, offered, rtt, remembered }) {
		this.#reader = new Reader(since);
		if (!this.#chooser || this.#chooser.state === "closed") {
			const here = this.#options.transports ?? transportsHere();
			const names = here.filter((n) => n === "poll" || !offered || offered.includes(n));
			this.#chooser = new Chooser(names.length ? names : here, Math.random);
			this.#tick();
		}
		this.#do((c, now) => c.start(now, { rtt, remembered }));
	}

	/** @param {Op} op */
	publish(op) {
		this.#outbox.add(op);
	}

	/** @param {{ event?: string, to?: string, data: any }} signal */
	signal({ event = "signal", to, data }) {
		if (event === "presence")
			this.#presence = data;
		this.#current?.socket.send(data instanceof ArrayBuffer
			? frameOf(to ? 2 : 1, to ?? "", new Uint8Array(data)) : JSON.stringify({ event, to, data }));
	}

	/** @param {string} why */
	wake(why) {
		this.#do((c, now) => c.wake(now, why));
	}

	/** @param {boolean} online */
	online(online) {
		this.#do((c, now) => (online ? c.online(now) : c.offline(now)));
	}

	/** @param {string} reason */
	rest(reason) {
		if (reason !== "hidden" || this.#outbox.empty)
			this.#do((c) => c.rest(reason));
	}

	close() {
		this.#final("closed");
	}

	/** @param {string} reason @param {Problem} [problem] */
	#final(reason, problem = { title: reason }) {
		this.#do((c) => c.rest(reason, "closed"));
		this.#clock.clear(this.#ticker);
		this.#outbox.fail(problem);
	}

	/** @param {(chooser: Chooser, now: number) => void} act */
	#do(act) {
		const chooser = this.#chooser;

		if (!chooser || (chooser.state === "closed"))
			return;
		act(chooser, this.#clock.now());
		for (const action of chooser.take())
			this.#act(action);
		this.#clock.clear(this.#timer);
		if (chooser.nextAt < Infinity)
			this.#timer = this.#clock.set(() => this.#late() || this.#do((c, now) => c.tick(now)),
				Math.max(0, chooser.nextAt - this.#clock.now()));
	}

	/** @param {Action} action */
	#act(action) {
		if (action.do === "open") {
			this.#open(action.id, action.name);
		} else if (action.do === "close") {
			const line = this.#lines.get(action.id);
			this.#lines.delete(action.id);
			line?.socket.close();
			if (line === this.#current)
				this.#leave();
		} else if (action.do === "deliver") {
			this.#deliver(action.id, action.why);
		} else {
			const { state, reason, retryIn } = action;
			this.#emit({ type: "state", state, reason, retryIn });
		}
	}

	/** @param {number} id @param {TransportName} name */
	#open(id, name) {
		const { api, socket: prefix, board, token, peer, trace } = this.#options;
		const query = new URLSearchParams({ since: this.#reader.cursor, ...peer && { peer } });
		/** @type {PushSocket} */
		const socket = this.#dial(`${prefix}${board}?${query}`, {
			api, token, transport: name, clock: this.#clock,
			trace: trace ? (/** @type {any} */ detail) => this.#emit({ type: "trace", detail }) : undefined,
		});
		/** @type {CoreLine} */
		const line = { id, name, socket, caughtUp: false, held: [] };

		this.#lines.set(id, line);
		socket.binaryType = "arraybuffer";
		socket.onmessage = ({ data }) => this.#lines.has(id) && this.#hear(line, data);
		socket.onclose = ({ code, reason }) => this.#lines.delete(id) && this.#ended(line, code, reason);
	}

	/** @param {CoreLine} line @param {string | ArrayBuffer} message */
	#hear(line, message) {
		this.#do((c, now) => c.heard(now, line.id));
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
			this.#do((c, now) => c.proven(now, line.id));
		else if (event === "end")
			line.socket.retry = retry ?? 0;
		else if (event === "reset")
			this.#reset(data.reason);
		else if (event === "results")
			this.#outbox.results(data.results);
		else if (event === "problem")
			this.#problem(line, data);
		else if (event === "signal-problem")
			this.#emit({ type: "problem", problem: data });
		else if (event === "signal" || event === "presence")
			this.#said(line, { type: event, ...data });
	}

	/** @param {string} id @param {Change} change */
	#change(id, change) {
		const step = this.#reader.take(change);

		if (step === "next")
			this.#emit({ type: "change", id, change });
		else if (step === "gap")
			this.#reset("gap");
	}

	/** @param {CoreLine} line @param {Problem} problem */
	#problem(line, problem) {
		if ((problem.status ?? 0) < 500)
			this.#outbox.problem(problem);
		else if (this.#lines.delete(line.id)) {
			line.socket.close();
			this.#ended(line, 1013, "busy");
		}
	}

	/** What is not kept comes from the line that delivers. @param {CoreLine} line @param {any} message */
	#said(line, message) {
		if (line === this.#current)
			this.#emit(message);
		else if (message.type === "presence" || !this.#current)
			line.held.push(message);
	}

	/** @param {number} id @param {string} why */
	#deliver(id, why) {
		const line = this.#lines.get(id);
		if (!line)
			return;
		const from = this.#current?.name ?? "";

		this.#current = line;
		this.#emit({ type: "transport", from, to: line.name, why });
		for (const message of line.held.splice(0))
			this.#emit(message);
		if (this.#options.peer && this.#presence !== undefined)
			this.signal({ event: "presence", data: this.#presence });
		this.#outbox.attach((text) => line.socket.send(text), line.name === "websocket");
	}

	#leave() {
		const from = this.#current?.name ?? "";

		this.#current = null;
		this.#outbox.attach(null, false);
		this.#emit({ type: "transport", from, to: "", why: "lost" });
	}

	/** @param {CoreLine} line @param {number} code @param {string} reason */
	#ended(line, code, reason) {
		if (line === this.#current)
			this.#leave();
		if (FINAL.includes(code))
			this.#final(reason);
		else if (reason === "bad-cursor")
			this.#reset(reason);
		else
			this.#do((c, now) => c.ended(now, line.id, reason || (code === 1006 ? "broken" : String(code)), line.socket.retry));
		if (this.#chooser?.state === "waiting" && code === 1006)
			this.#ask();
	}

	/** A page is not told why a WebSocket was refused; a plain question is. */
	async #ask() {
		const { api, socket, board, token } = this.#options;
		try {
			await request({ api, socket, board, token, since: "", clock: this.#clock }, `boards/${board}`, { method: "HEAD" });
		} catch (error) {
			const { code, reason } = endOf(error);
			if (FINAL.includes(code) && this.#chooser?.state !== "open")
				this.#final(reason ?? "");
		}
	}

	/** @param {string} reason */
	#reset(reason) {
		this.#do((c) => c.rest("reset", "connecting"));
		this.#emit({ type: "reset", reason });
	}

	/** Timers that come late tell that time has jumped. */
	#tick() {
		this.#wall = this.#clock.wall();
		this.#ticker = this.#clock.set(() => {
			this.#late();
			this.#tick();
		}, TICK_MS);
	}

	#late() {
		const late = Math.abs(this.#clock.wall() - this.#wall) > TICK_MS + LATE_MS;

		if (late) {
			this.#wall = this.#clock.wall();
			this.wake("woken");
		}
		return false;
	}
}
