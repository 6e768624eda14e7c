/**
 * What goes through a faulty proxy: requests with their responses, and
 * WebSockets, each by the rule of its kind.
 *
 * @import { FaultProxy } from "./fault_proxy.mjs"
 */

import http from "node:http";

/**
 * @typedef {"socket" | "stream" | "longpoll" | "htmlfile" | "poll" | "other"} Kind
 *
 * @typedef {object} Rule
 * @property {boolean} [strip]		requests lose their Upgrade
 * @property {number} [deny]		the status that answers in the server's place
 * @property {Record<string, string>} [headers]	that go with it
 * @property {boolean} [refuse]		requests end with their connection
 * @property {boolean} [swallow]	after a response's head, or 101, nothing passes
 * @property {boolean} [blackhole]	nothing passes, either way
 * @property {boolean} [buffer]		of a response nothing passes before its end
 * @property {number} [delay]		what passes does so that many ms later
 */

const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);
/** A long-poll that waits no longer is a poll. */
const HELD_MS = 100;
const FEEDS = { eventsource: "stream", continuous: "stream", longpoll: "longpoll", htmlfile: "htmlfile" };

/**
 * @param {http.IncomingMessage} request
 * @returns {Kind}
 */
function kindOf(request) {
	const { pathname, searchParams } = new URL(request.url, "http://any");
	if (/\/socket\/[^/]+$/.test(pathname))
		return "socket";
	if (!/\/boards\/[^/]+\/changes$/.test(pathname))
		return "other";
	if (/event-stream|ndjson/.test(request.headers.accept ?? "") && !searchParams.has("feed"))
		return "stream";
	if (Number(searchParams.get("timeout") ?? HELD_MS) < HELD_MS)
		return "poll";
	return FEEDS[searchParams.get("feed")] ?? "poll";
}

/**
 * Headers as they came, without those that concern one connection only.
 * @param {string[]} raw	names and values in turn
 * @param {boolean} all
 */
function headersOf(raw, all) {
	return raw.filter((_, i) => all || !HOP_BY_HOP.has(raw[i & ~1].toLowerCase()));
}

/** One direction of a passage: what goes through it, in order. */
class Flow {
	#passage;
	#waiting = [];
	#timer;
	#complete = false;

	/**
	 * @param {Passage} passage
	 * @param {boolean} down	towards the client
	 */
	constructor(passage, down) {
		this.#passage = passage;
		this.down = down;
	}

	/**
	 * @param {() => void} act	lets it through
	 * @param {{ head?: boolean, last?: boolean }} is
	 */
	pass(act, { head = false, last = false } = {}) {
		const { blackhole, swallow, delay = 0 } = this.#passage.rule;
		if (blackhole || (swallow && this.#passage.answered && !head))
			this.#passage.lost = true;
		this.#passage.answered ||= head && this.down;
		this.#complete ||= last;
		this.#waiting.push({ act, at: performance.now() + delay });
		this.drain();
	}

	/** Lets through what may. */
	drain() {
		while (this.#waiting.length > 0 && !this.#passage.lost) {
			if (this.#passage.rule.buffer && this.down && !this.#complete)
				return;
			const early = this.#waiting[0].at - performance.now();
			if (early > 0) {
				clearTimeout(this.#timer);
				this.#timer = setTimeout(() => this.drain(), early);
				return;
			}
			this.#waiting.shift().act();
		}
	}

	stop() {
		clearTimeout(this.#timer);
		this.#waiting = [];
	}
}

/** A request and its response, or a WebSocket. */
export class Passage {
	lost = false;
	answered = false;
	/** @type {http.ClientRequest | import("node:net").Socket | null} */
	far = null;

	/**
	 * @param {FaultProxy} proxy
	 * @param {http.IncomingMessage} request
	 */
	constructor(proxy, request) {
		this.proxy = proxy;
		this.request = request;
		this.near = request.socket;
		this.kind = kindOf(request);
		this.up = new Flow(this, false);
		this.down = new Flow(this, true);
	}

	/** @returns {Rule} */
	get rule() {
		return this.proxy.rule(this.kind);
	}

	/** Ends both connections, the client's once it has what it was sent. */
	end() {
		this.near.destroy();
		this.leave();
	}

	/** Ends both at once, and lets that be seen. */
	cut() {
		this.near.resetAndDestroy();
		this.leave();
	}

	/** The client has left, or has all. */
	leave() {
		this.up.stop();
		this.down.stop();
		this.far?.destroy();
		this.proxy.passages.delete(this);
	}

	/**
	 * Asks the server, and answers as it does.
	 * @param {http.ServerResponse} answer
	 * @param {boolean} upgrade	whether that is asked for
	 */
	relay(answer, upgrade) {
		answer.on("close", () => this.leave());
		this.up.pass(() => {
			this.far = http.request({
				...this.proxy.server_at, agent: false,
				method: this.request.method, path: this.request.url,
				headers: headersOf(this.request.rawHeaders, upgrade),
			});
			this.far.on("response", (back) => this.#respond(answer, back));
			this.far.on("upgrade", (back, far, first) => this.#switch(answer, back, far, first));
			this.far.on("error", () => this.#cut_off());
			this.far.flushHeaders();
		}, { head: true });
		this.request.on("data", (bytes) => this.up.pass(() => this.far.write(bytes)));
		if (upgrade)
			this.up.pass(() => this.far.end());
		else
			this.request.on("end", () => this.up.pass(() => this.far.end()));
	}

	#respond(answer, back) {
		this.down.pass(() => {
			answer.writeHead(back.statusCode, back.statusMessage, headersOf(back.rawHeaders, false));
			answer.flushHeaders();
		}, { head: true });
		back.on("data", (bytes) => this.down.pass(() => answer.write(bytes)));
		back.on("end", () => this.down.pass(() => answer.end(), { last: true }));
		back.on("error", () => this.#cut_off());
	}

	#switch(answer, back, far, first) {
		const { near } = this;
		this.far = far;
		if (answer.socket === near)
			answer.detachSocket(near);
		const head = headersOf(back.rawHeaders, true);
		const lines = head.flatMap((name, i) => i % 2 ? [] : [`${name}: ${head[i + 1]}`]);
		this.down.pass(() => near.write(
			`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`), { head: true });
		if (first.length > 0)
			this.down.pass(() => near.write(first));
		far.on("data", (bytes) => this.down.pass(() => near.write(bytes)));
		near.on("data", (bytes) => this.up.pass(() => far.write(bytes)));
		far.on("end", () => this.down.pass(() => near.end()));
		near.on("end", () => this.up.pass(() => far.end()));
		far.on("error", () => this.#cut_off());
		near.on("close", () => this.leave());
		near.resume();
	}

	/** The server's side broke: so does the client's, once it has what came before. */
	#cut_off() {
		if (this.proxy.passages.has(this))
			this.down.pass(() => this.end(), { last: true });
	}
}
