/**
 * A proxy between a browser and the web server that does what proxies on real
 * ways do wrong, from one moment to the next and to one kind of path or all:
 *
 *	const proxy = await FaultProxy.start(service.url);
 *	proxy.fault("socket", { strip: true });
 *	proxy.fault("everything", { delay: 200 });
 *	proxy.cut("stream");
 *	proxy.heal();
 *
 * It reads HTTP/1.1.  A rule holds for what is open as well.  A connection of
 * which something was swallowed carries nothing any more, also after heal():
 * no way loses a part and brings the rest.
 */

import http from "node:http";
import { Passage } from "./passage.mjs";

/** @import { Kind, Rule } from "./passage.mjs" */

export class FaultProxy {
	/** @type {Set<Passage>} */
	passages = new Set();
	/** What was asked for, and when. */
	asked = [];
	/** The time that is kept of it, in ms. */
	now = () => performance.now();
	/** @type {Record<string, Rule>} */
	#rules = {};

	/** @param {string} url	of the service */
	static async start(url) {
		const proxy = new FaultProxy();
		const { hostname, port } = new URL(url);
		proxy.server_at = { host: hostname, port };
		const server = http.createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 });
		server.on("request", (request, answer) => proxy.#take(request, answer, false));
		server.on("upgrade", (request, near, first) => {
			near.unshift(first);
			const answer = new http.ServerResponse(request);
			answer.shouldKeepAlive = false;
			answer.assignSocket(near);
			answer.on("finish", () => near.end());
			proxy.#take(request, answer, true);
		});
		server.on("connection", (near) => near.on("error", () => {}));
		await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
		proxy.server = server;
		proxy.url = Object.assign(new URL(url), { port: server.address().port }).href;
		return proxy;
	}

	/**
	 * The rule of a kind from now on; without one it has none.
	 * @param {Kind | "everything"} kind
	 * @param {Rule} rule
	 */
	fault(kind, rule = {}) {
		this.#rules[kind] = rule;
		for (const passage of [...this.passages])
			passage.down.drain();
	}

	/** No rules from now on. */
	heal() {
		this.#rules = {};
		this.fault("everything");
	}

	/**
	 * Cuts what is open now.
	 * @param {Kind | "everything"} kind
	 * @returns {number}	how many that were
	 */
	cut(kind = "everything") {
		const all = [...this.passages].filter((p) => kind === "everything" || p.kind === kind);
		for (const passage of all)
			passage.cut();
		return all.length;
	}

	/** @param {Kind} kind */
	rule(kind) {
		return { ...this.#rules.everything, ...this.#rules[kind] };
	}

	/**
	 * How many of a kind are open.
	 * @param {Kind} kind
	 */
	open(kind) {
		return [...this.passages].filter((p) => p.kind === kind).length;
	}

	/**
	 * How many of a kind were asked for.
	 * @param {Kind} kind
	 */
	count(kind) {
		return this.asked.filter((a) => a.kind === kind).length;
	}

	/**
	 * @param {http.IncomingMessage} request
	 * @param {http.ServerResponse} answer
	 * @param {boolean} upgrade
	 */
	#take(request, answer, upgrade) {
		const passage = new Passage(this, request);
		const { deny, headers, refuse, strip } = passage.rule;
		this.asked.push({ kind: passage.kind, at: this.now(), url: request.url, upgrade });
		if (refuse)
			return passage.end();
		if (deny) {
			request.resume();
			answer.writeHead(deny, { "Content-Length": 0, ...headers }).end();
			return;
		}
		this.passages.add(passage);
		passage.relay(answer, upgrade && !strip);
	}

	/** Ends what is open, and listens no more. */
	async close() {
		this.cut();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}
