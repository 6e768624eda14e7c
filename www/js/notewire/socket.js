// @ts-check

import { checkClose, checkProtocols, linkOf, socketURL } from "./address.js";
import { measure, ownBytes, sizeOf } from "./bytes.js";
import { clock as realClock } from "./clock.js";
import { SocketTarget } from "./events.js";
import { TRANSPORTS } from "./transports.js";
import { Turns } from "./turns.js";
import { Uplink } from "./uplink.js";
import { headSize } from "./websocket.js";

/** @import { End, Line, Link, PushSocketOptions, Sink, Trace, Transport } from "./types.js" */

const PROTOCOL = "notewire.v1";
const MASK_BYTES = 4;

/** One session with a board on one transport, shaped like a WebSocket. */
export class PushSocket extends SocketTarget {
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
	#turns = new Turns();
	#trace;
	#clock;

	/**
	 * @param {string | URL} url	of the board's WebSocket
	 * @param {string | string[]} protocols
	 * @param {PushSocketOptions} options
	 */
	constructor(url, protocols = [], options = {}) {
		super();
		const wanted = checkProtocols(protocols);
		const { clock = realClock, transport: name } = options;
		const transport = TRANSPORTS.find((t) => (name ? t.name === name : t.here()));

		this.#url = socketURL(url);
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
			this.#turns.add(async () => {
				const bytes = await data.arrayBuffer();
				this.#unsent -= data.size;
				this.#pass(bytes);
			});
			return;
		}
		const own = ownBytes(data);
		if (this.#readyState > 1)
			this.#unsent += sizeOf(own);
		else if (this.#turns.busy)
			this.#turns.add(() => this.#pass(own));
		else
			this.#pass(own);
	}

	/**
	 * @param {number} [code]
	 * @param {string} [reason]
	 */
	close(code, reason) {
		checkClose(code, reason);
		const was = this.#readyState;
		if (was >= 2)
			return;
		this.#readyState = 2;
		if (was === 0 || !this.#uplink)
			this.#turns.add(() => this.#line?.close(code, reason));
		if (was === 0)
			this.#turns.add(() => this.#over({ code: 1006 }));
		else if (this.#uplink)
			this.#turns.add(async () => {
				await this.#uplink?.idle();
				/* in the code that the other side would say back */
				this.#over({ code: code ?? 1005, clean: true });
			});
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
		this.retry ||= retry;
		this.#uplink?.stop();
		if (!this.#line?.send)
			this.#line?.close();
		if (!clean)
			this.dispatchEvent(new Event("error"));
		this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean: clean }));
	}

	/** @param {Trace["direction"]} direction @param {string | ArrayBuffer} data @param {number} headerBytes */
	#tell(direction, data, headerBytes) {
		this.#trace?.({ direction, transport: this.#transport, headerBytes, at: this.#clock.wall(), ...measure(data) });
	}
}
