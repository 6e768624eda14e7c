// @ts-check

/**
 * One connection to one board: does what the chooser decides, when it is
 * time.  It is told, and tells, plain messages, so that a worker can own it.
 *
 * @import { Clock, Op, TransportName } from "./types.js"
 */

import { Carrier } from "./carrier.js";
import { Chooser } from "./chooser.js";
import { endOf, FINAL, request } from "./http.js";
import { Outbox } from "./outbox.js";
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
 */

const TICK_MS = 10_000;
const LATE_MS = 8_000;

export class Core {
	/** @type {Chooser | null} */
	#chooser = null;
	#carrier;
	#outbox;
	/** @type {any} */
	#timer;
	/** @type {any} */
	#ticker;
	#wall = 0;
	#options;
	#clock;
	#emit;

	/**
	 * @param {CoreOptions} options
	 * @param {Clock} clock
	 * @param {(message: any) => void} emit
	 * @param {(url: string, how: any) => any} [dial]	makes what is like a PushSocket
	 */
	constructor(options, clock, emit, dial = (url, how) => new PushSocket(url, "notewire.v1", how)) {
		this.#options = options;
		this.#clock = clock;
		this.#emit = emit;
		this.#outbox = new Outbox(clock, (key, result, problem) => emit({ type: "done", key, result, problem }));
		this.#carrier = new Carrier(options, clock, this.#outbox, {
			emit, dial,
			heard: (id) => this.#do((c, now) => c.heard(now, id)),
			proven: (id) => this.#do((c, now) => c.proven(now, id)),
			ended: (id, code, reason, retry) => this.#ended(id, code, reason, retry),
			reset: (reason) => this.#reset(reason),
		});
	}

	get cursor() {
		return this.#carrier.cursor;
	}

	/**
	 * From the cursor `since`; after a reset, again.
	 * @param {{ since: string, offered?: string[], rtt?: number, remembered?: string }} known
	 */
	start({ since, offered, rtt, remembered }) {
		this.#carrier.begin(since);
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
	signal(signal) {
		this.#carrier.signal(signal);
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

	/** @param {string} reason */
	close(reason = "closed") {
		this.#do((c) => c.rest(reason, "closed"));
		this.#clock.clear(this.#ticker);
		this.#outbox.fail({ title: reason });
	}

	/** @param {(chooser: Chooser, now: number) => void} act */
	#do(act) {
		const chooser = this.#chooser;

		if (!chooser || chooser.state === "closed")
			return;
		act(chooser, this.#clock.now());
		for (const action of chooser.take())
			if (action.do === "open")
				this.#carrier.open(action.id, action.name);
			else if (action.do === "close")
				this.#carrier.close(action.id);
			else if (action.do === "deliver")
				this.#carrier.deliver(action.id, action.why);
			else
				this.#emit({ ...action, type: "state" });
		this.#clock.clear(this.#timer);
		if (chooser.nextAt < Infinity)
			this.#timer = this.#clock.set(() => {
				this.#look();
				this.#do((c, now) => c.tick(now));
			}, Math.max(0, chooser.nextAt - this.#clock.now()));
	}

	/** @param {number} id @param {number} code @param {string} reason @param {number} retry */
	#ended(id, code, reason, retry) {
		if (FINAL.includes(code))
			return this.close(reason);
		if (reason === "bad-cursor")
			return this.#reset(reason);
		this.#do((c, now) => c.ended(now, id, reason || (code === 1006 ? "broken" : String(code)), retry));
		if (code === 1006 && this.#chooser?.state === "waiting")
			this.#ask();
	}

	/** A page is not told why a WebSocket was refused; a plain question is. */
	async #ask() {
		const link = { ...this.#options, since: "", clock: this.#clock };
		try {
			await request(link, `boards/${link.board}`, { method: "HEAD" });
		} catch (error) {
			const { code, reason } = endOf(error);
			if (FINAL.includes(code) && this.#chooser?.state !== "open")
				this.close(reason);
		}
	}

	/** @param {string} reason */
	#reset(reason) {
		this.#do((c) => c.rest("reset", "connecting"));
		this.#emit({ type: "reset", reason });
	}

	#tick() {
		this.#wall = this.#clock.wall();
		this.#ticker = this.#clock.set(() => {
			this.#look();
			this.#tick();
		}, TICK_MS);
	}

	/** A timer that comes late, by the clock of the day, tells that time has jumped. */
	#look() {
		const late = Math.abs(this.#clock.wall() - this.#wall) > TICK_MS + LATE_MS;

		if (!late)
			return;
		this.#wall = this.#clock.wall();
		this.wake("woken");
	}
}
