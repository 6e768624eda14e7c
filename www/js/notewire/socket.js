// @ts-check

import { checkClose, checkProtocols, need, socketURL } from "./address.js";
import { ownBytes, sizeOf } from "./bytes.js";
import { clock as realClock } from "./clock.js";
import { handlers } from "./events.js";
import { endOf } from "./http.js";
import { TRANSPORTS, transportsHere } from "./transports.js";

/** @import { End, Line, PushSocketOptions, Trace, TransportName } from "./types.js" */

const PROTOCOL = "notewire.v1";
const STATES = /** @type {const} */ ({ CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });

/** One session with a board on one transport, shaped like a WebSocket. */
export class PushSocket extends EventTarget {
	/** @type {((event: Event) => void) | null} */
	onopen = null;
	/** @type {((event: MessageEvent) => void) | null} */
	onmessage = null;
	/** @type {((event: Event) => void) | null} */
	onerror = null;
	/** @type {((event: CloseEvent) => void) | null} */
	onclose = null;
	/** Of the end: the service asks for so many milliseconds of patience. */
	retry = 0;
	#protocol = "";
	/** @type {0 | 1 | 2 | 3} */
	#readyState = STATES.CONNECTING;
	#opened = false;	/* what breaks off after that has not failed */
	/** @type {"blob" | "arraybuffer"} */
	#binaryType = "blob";
	#url;
	/** @type {TransportName} */
	#transport;
	/** @type {Line | undefined} */
	#line;
	#opening;
	/** Bytes that have not gone to the line. */
	#unsent = 0;
	/** One thing after another: what is read meanwhile keeps its place. @type {Promise<unknown>} */
	#turn = Promise.resolve();
	#trace;
	#clock;

	/**
	 * @param {string | URL} url	of the board's WebSocket
	 * @param {string | string[]} protocols
	 * @param {PushSocketOptions} options
	 */
	constructor(url, protocols = [], options = {}) {
		super();
		need(arguments);
		handlers(this);
		const wanted = checkProtocols(protocols);
		const { clock = realClock, transport = transportsHere()[0], trace } = options;

		this.#url = socketURL(url);
		if (!Object.hasOwn(TRANSPORTS, transport))
			throw new DOMException(`No such transport: ${transport}`, "NotSupportedError");
		this.#transport = transport;
		this.#trace = trace;
		this.#clock = clock;
		this.#opening = TRANSPORTS[transport](this.#url, { ...options, clock }, {
			open: (protocol) => this.#open(wanted, protocol),
			message: (data, cost) => this.#hear(data, cost),
			end: (end) => this.#over(end),
		}, wanted);
		this.#opening.then((line) => this.#line = line).catch((error) => this.#over(endOf(error)));
	}

	get url() {
		return this.#url.href;
	}

	get transport() {
		return this.#transport;
	}

	get protocol() {
		return this.#protocol;
	}

	get extensions() {
		return "";
	}

	get readyState() {
		return this.#readyState;
	}

	get bufferedAmount() {
		return this.#unsent + (this.#line?.buffered() ?? 0);
	}

	get binaryType() {
		return this.#binaryType;
	}

	set binaryType(type) {
		if (type === "blob" || type === "arraybuffer")
			this.#binaryType = type;
	}

	/** @param {string | Blob | ArrayBufferLike | ArrayBufferView} data */
	send(data) {
		need(arguments);
		if (this.#readyState === STATES.CONNECTING)
			throw new DOMException("It is still connecting", "InvalidStateError");
		const own = data instanceof Blob ? data : ownBytes(data);
		const size = own instanceof Blob ? own.size : sizeOf(own);

		this.#unsent += size;
		if (this.#readyState === STATES.OPEN)
			this.#next(async () => {
				const bytes = own instanceof Blob ? await own.arrayBuffer() : own;
				if (this.#readyState === STATES.CLOSED)
					return;
				this.#unsent -= size;
				this.#tell("out", bytes, this.#line?.send(bytes) ?? 0);
			});
	}

	/**
	 * @param {number} [code]
	 * @param {string} [reason]
	 */
	close(code, reason) {
		checkClose(code, reason);
		const was = this.#readyState;

		if (was >= STATES.CLOSING)
			return;
		this.#readyState = STATES.CLOSING;
		this.#next(() => (was === STATES.OPEN ? this.#line?.close(code, reason) : this.#over({ code: 1006 })));
	}

	/** @param {() => unknown} act	a Blob that cannot be read breaks it off */
	#next(act) {
		this.#turn = this.#turn.then(act).catch(() => this.#over({ code: 1006 }));
	}

	/** @param {string[]} wanted @param {string} [protocol]	where that has been agreed on */
	#open(wanted, protocol) {
		if (this.#readyState !== STATES.CONNECTING)
			return;
		if (protocol === undefined && wanted.length && !wanted.includes(PROTOCOL))
			return this.#over({ code: 1006 });
		this.#protocol = protocol ?? (wanted.length ? PROTOCOL : "");
		this.#readyState = STATES.OPEN;
		this.#opened = true;
		this.dispatchEvent(new Event("open"));
	}

	/** @param {string | ArrayBuffer} data @param {number} cost */
	#hear(data, cost) {
		if (this.#readyState !== STATES.OPEN)
			return;
		this.#tell("in", data, cost);
		this.dispatchEvent(new MessageEvent("message", { origin: this.#url.origin,
			data: typeof data === "string" || this.#binaryType === "arraybuffer" ? data : new Blob([data]) }));
	}

	/** @param {End} end */
	#over({ code, reason = "", clean = false, retry = 0 }) {
		if (this.#readyState === STATES.CLOSED)
			return;
		this.#readyState = STATES.CLOSED;
		this.retry ||= retry;
		this.#opening.then((line) => line.close(), () => {});
		if (!clean && !this.#opened)
			this.dispatchEvent(new Event("error"));
		this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: clean }));
	}

	/** @param {Trace["direction"]} direction @param {string | ArrayBuffer} data @param {number} headerBytes */
	#tell(direction, data, headerBytes) {
		const text = typeof data === "string" ? data : "";

		this.#trace?.({ direction, transport: this.#transport, headerBytes, at: this.#clock.wall(), bytes: sizeOf(data), text,
			kind: /^{"(?:event|op)":"([\w-]+)"/.exec(text)?.[1] ?? (text ? "text" : "bytes") });
	}
}

for (const [name, value] of Object.entries(STATES))
	for (const on of [PushSocket, PushSocket.prototype])
		Object.defineProperty(on, name, { value, enumerable: true });
