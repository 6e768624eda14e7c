// @ts-check

import { linkOf, socketURL } from "./address.js";
import { clock as realClock } from "./clock.js";
import { Target } from "./events.js";
import { TRANSPORTS } from "./transports.js";
import { Uplink } from "./uplink.js";
import { headSize } from "./websocket.js";

/** @import { Clock, End, Line, Link, Sink, Trace, Transport, TransportName } from "./types.js" */

/**
 * @typedef {object} PushSocketOptions
 * @property {TransportName} [transport]	without it the best that is here
 * @property {string} [api]	URL of the API; beside the socket's if not given
 * @property {string} [token]
 * @property {Clock} [clock]
 * @property {(trace: Trace) => void} [trace]
 */

const PROTOCOL = "notewire.v1";
const MASK_BYTES = 4;
const encoder = new TextEncoder();

/** One session with a board on one transport, shaped like a WebSocket. */
export class PushSocket extends Target {
	static CONNECTING = 0;
	static OPEN = 1;
	static CLOSING = 2;
	static CLOSED = 3;
	CONNECTING = 0;
	OPEN = 1;
	CLOSING = 2;
	CLOSED = 3;

	/** @type {((event: Event) => void) | null} */
	onopen = null;
	/** @type {((event: MessageEvent) => void) | null} */
	onmessage = null;
	/** @type {((event: Event) => void) | null} */
	onerror = null;
	/** @type {((event: CloseEvent) => void) | null} */
	onclose = null;
	extensions = "";
	/** Of the end: the service asks for so many milliseconds of patience. */
	retry = 0;
	#protocol = "";
	#readyState = 0;
	/** @type {"blob" | "arraybuffer"} */
	#binaryType = "blob";
	#url;
	#transport;
	/** @type {Line | undefined} */
	#line;
	/** @type {Uplink | undefined} */
	#uplink;
	/** Bytes that never went, and those of Blobs that are being read. */
	#unsent = 0;
	/** A Blob is read before what is sent after it goes. @type {Promise<void> | null} */
	#reading = null;
	#trace;
	#clock;

	/**
	 * @param {string | URL} url	of the board's WebSocket
	 * @param {string | string[]} protocols
	 * @param {PushSocketOptions} options
	 */
	constructor(url, protocols = [], options = {}) {
		super(["open", "message", "error", "close"]);
		const wanted = [protocols].flat().map(String);
		const { clock = realClock, transport: name } = options;
		const transport = TRANSPORTS.find((t) => (name ? t.name === name : t.here()));

		this.#url = socketURL(url);
		if (new Set(wanted.map((p) => p.toLowerCase())).size < wanted.length
			|| !wanted.every((p) => /^[\w!#$%&'*+.^`|~-]+$/.test(p)))
			throw new DOMException("A subprotocol is no token, or is named twice", "SyntaxError");
		if (!transport)
			throw new DOMException(`No such transport: ${name}`, "NotSupportedError");
		this.#transport = transport.name;
		this.#trace = options.trace;
		this.#clock = clock;
		this.#start(transport, linkOf(this.#url, { ...options, clock }), wanted);
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

	get readyState() {
		return this.#readyState;
	}

	get bufferedAmount() {
		return this.#unsent + (this.#line?.buffered?.() ?? this.#uplink?.buffered ?? 0);
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
		if (this.#readyState === 0)
			throw new DOMException("It is still connecting", "InvalidStateError");
		if (data instanceof Blob) {
			this.#unsent += data.size;
			if (this.#readyState > 1)
				return;
			this.#later(async () => {
				const bytes = await data.arrayBuffer();
				this.#unsent -= data.size;
				this.#pass(bytes);
			});
			return;
		}
		const view = data instanceof ArrayBuffer ? new Uint8Array(data) : data;
		const own = ArrayBuffer.isView(view)
			? new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice().buffer : String(view);
		if (this.#readyState > 1)
			this.#unsent += sizeOf(own);
		else if (this.#reading)
			this.#later(async () => this.#pass(own));
		else
			this.#pass(own);
	}

	/**
	 * @param {number} [code]
	 * @param {string} [reason]
	 */
	close(code, reason) {
		if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999))
			throw new DOMException("The code is neither 1000 nor 3000 to 4999", "InvalidAccessError");
		if (reason !== undefined && encoder.encode(reason).length > 123)
			throw new DOMException("The reason is longer than 123 bytes", "SyntaxError");
		const was = this.#readyState;
		if (was >= 2)
			return;
		this.#readyState = 2;
		if (was === 0 || !this.#uplink)
			this.#later(async () => this.#line?.close(code, reason));
		if (was === 0)
			this.#later(async () => this.#over({ code: 1006 }));
		else if (this.#uplink)
			this.#later(() => this.#hangUp({ code: code ?? 1005, reason, clean: true }));
	}

	/** @param {End} end	once all is sent */
	async #hangUp(end) {
		await this.#uplink?.idle();
		this.#over(end);
	}

	/** @param {() => Promise<unknown>} act	after what is being done */
	#later(act) {
		const turn = Promise.resolve(this.#reading).then(act).then(() => {
			if (this.#reading === turn)
				this.#reading = null;
		});
		this.#reading = turn;
	}

	/** @param {string | ArrayBuffer} data */
	#pass(data) {
		const size = sizeOf(data);

		if (this.#readyState === 3) {
			this.#unsent += size;
			return;
		}
		if (this.#line?.send)
			this.#line.send(data);
		else
			this.#uplink?.send(data, size);
		this.#tell("out", data, this.#uplink ? 0 : headSize(size) + MASK_BYTES);
	}

	/**
	 * @param {Transport} transport
	 * @param {Link} link
	 * @param {string[]} protocols
	 */
	#start(transport, link, protocols) {
		/** @type {Sink["text"] & Sink["bytes"]} */
		const hand = (data, cost) => {
			if (this.#readyState !== 1)
				return;
			this.#tell("in", data, cost);
			const message = typeof data === "string" || this.#binaryType === "arraybuffer"
				? data : new Blob([data]);
			this.dispatchEvent(new MessageEvent("message", { data: message, origin: this.#url.origin }));
		};
		/** @param {End} end */
		const over = (end) => this.#over(end);

		this.#line = transport.open(link, {
			text: hand, bytes: hand, end: over,
			open: (protocol) => {
				if (this.#readyState > 0)
					return;
				if (protocol === undefined && protocols.length && !protocols.includes(PROTOCOL))
					return over({ code: 1006 });
				this.#protocol = protocol ?? (protocols.length ? PROTOCOL : "");
				this.#readyState = 1;
				this.dispatchEvent(new Event("open"));
			},
		}, protocols);
		if (!this.#line.send)
			this.#uplink = new Uplink(link, hand, over);
	}

	/** @param {End} end */
	#over({ code, reason = "", clean = false, retry = 0 }) {
		if (this.#readyState === 3)
			return;
		this.#readyState = 3;
		this.retry = retry;
		this.#uplink?.stop();
		if (!this.#line?.send)
			this.#line?.close();
		if (!clean)
			this.dispatchEvent(new Event("error"));
		this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: clean }));
	}

	/**
	 * @param {Trace["direction"]} direction
	 * @param {string | ArrayBuffer} data
	 * @param {number} headerBytes
	 */
	#tell(direction, data, headerBytes) {
		if (!this.#trace)
			return;
		const text = typeof data === "string" ? data : "";
		this.#trace({ direction, transport: this.#transport, headerBytes, text, at: this.#clock.wall(),
			bytes: sizeOf(data),
			kind: /^{"(?:event|op)":"([\w-]+)"/.exec(text)?.[1] ?? (text ? "text" : "bytes") });
	}
}

/** @param {string | ArrayBuffer} data */
function sizeOf(data) {
	return typeof data === "string" ? encoder.encode(data).length : data.byteLength;
}
