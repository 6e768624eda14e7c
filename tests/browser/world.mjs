/**
 * What a browser test needs around the page: the real service behind the
 * real web server, a wire between them that can be cut, and Chromium.
 */

import { randomBytes } from "node:crypto";
import net from "node:net";
import path from "node:path";
import { chromium as browsers } from "playwright-core";
import { FaultProxy } from "./fault_proxy.mjs";
import { startService, TOP } from "./service.mjs";
import { ok, tap, until } from "./tap.mjs";

const CHROMIUM = {
	executablePath: path.join(TOP, "tests/browser/chromium.sh"),
	args: ["--no-sandbox", "--disable-quic", "--disable-background-networking",
		"--disable-component-update", "--disable-sync"],
};

/** A wire to the service: browsers connect to its other end. */
class Wire {
	#sockets = new Set();
	/** Those whose first bytes ask for a WebSocket. */
	#upgraded = new Set();
	#cut = false;
	/** Bytes that browsers got, but for those of WebSockets. */
	got = 0;
	/** Paths that they asked for. @type {string[]} */
	asked = [];

	constructor(host, port) {
		this.server = net.createServer((near) => {
			if (this.#cut)
				return near.destroy();
			const far = net.connect(port, host);
			for (const [one, other] of [[near, far], [far, near]]) {
				this.#sockets.add(one);
				one.on("error", () => other.destroy());
				one.on("close", () => this.#sockets.delete(one));
			}
			near.on("data", (bytes) => {
				const [, where] = /^[A-Z]+ (\/\S*) HTTP/.exec(bytes.toString("latin1")) ?? [];
				if (where?.includes("/socket/"))
					this.#upgraded.add(near);
				else if (where)
					this.asked.push(where);
			});
			near.on("close", () => this.#upgraded.delete(near));
			far.on("data", ({ length }) => {
				this.got += this.#upgraded.has(near) ? 0 : length;
			});
			near.pipe(far).pipe(near);
		});
	}

	listen() {
		return new Promise((resolve) => this.server.listen(0, "127.0.0.1",
			() => resolve(this.server.address().port)));
	}

	/** How many WebSockets go through it. */
	upgrades() {
		return this.#upgraded.size;
	}

	cut() {
		this.#cut = true;
		for (const socket of this.#sockets)
			socket.destroy();
	}

	mend() {
		this.#cut = false;
	}

	close() {
		this.cut();
		this.server.close();
	}
}

export class World {
	/** Everything the pages complained about: errors, refused content. */
	complaints = [];
	#contexts = [];
	#proxies = [];

	/** @param {string[]} options	of tests/e2e/serve.py */
	static start(...options) {
		return World.launch(options);
	}

	/**
	 * @param {string[]} options	of tests/e2e/serve.py
	 * @param {import("playwright-core").LaunchOptions | null} chromium	beside the
	 *	usual ones; null for a world without a browser
	 */
	static async launch(options, chromium = {}) {
		const world = new World();
		world.service = await startService(options);
		const url = new URL(world.service.url);
		world.wire = new Wire(url.hostname, url.port);
		url.port = String(await world.wire.listen());
		world.url = url.href;
		world.browser = chromium && await browsers.launch({ ...CHROMIUM, ...chromium,
			args: [...CHROMIUM.args, ...chromium?.args ?? []] });
		return world;
	}

	async stop() {
		await this.browser?.close();
		this.wire?.close();
		await this.service?.stop();
	}

	/**
	 * A window with a profile of its own.
	 * @param {string} address
	 * @param {(page: import("playwright-core").Page) => Promise<void>} prepare
	 * @param {import("playwright-core").BrowserContextOptions} options
	 */
	async window(address = this.url, prepare = async () => {}, options = {}) {
		const context = await this.browser.newContext(options);
		const page = await context.newPage();

		this.#contexts.push(context);
		page.setDefaultTimeout(10_000);
		this.listen(page);
		await prepare(page);
		await page.goto(address);
		return page;
	}

	/**
	 * Keeps what the page complains about.
	 * @param {import("playwright-core").Page} page
	 */
	listen(page) {
		page.on("pageerror", (error) => this.complaints.push(String(error)));
		page.on("console", (message) => {
			/* Chromium logs each refused or broken request; tests make those. */
			if (message.type() === "error" && !/^(Failed to load|WebSocket connection to) /.test(message.text()))
				this.complaints.push(message.text());
		});
	}

	/** A new id, of a note or of anything else. */
	id() {
		return randomBytes(16).toString("base64url");
	}

	/** Ends the windows and the proxies of a test. */
	async tidy() {
		for (const context of this.#contexts.splice(0))
			await context.close();
		for (const proxy of this.#proxies.splice(0))
			await proxy.close();
		this.wire.mend();
	}

	/** A faulty way to the service, for one test. */
	async proxy() {
		const proxy = await FaultProxy.start(this.service.url);
		this.#proxies.push(proxy);
		return proxy;
	}

	/**
	 * Asks the service itself, past the wire.
	 * @param {string} method
	 * @param {string} where	below the API
	 * @param {{ body?: object, token?: string }} what
	 */
	async ask(method, where, { body, token }) {
		const answer = await fetch(new URL(`api/${where}`, this.service.url), {
			method,
			headers: {
				...body && { "Content-Type": "application/json" },
				...token && { Authorization: `Bearer ${token}` },
			},
			body: body && JSON.stringify(body),
		});
		ok(answer.ok, `${method} ${where} was answered ${answer.status}`);
		return answer.status === 204 ? null : answer.json();
	}

	/**
	 * Runs claims with this world, each starting from a tidy one.
	 * @param {Record<string, () => Promise<void>>} claims
	 */
	async tap(claims) {
		const tidied = Object.entries(claims).map(([name, claim]) => [name, async () => {
			try {
				await claim();
			} finally {
				await this.tidy();
			}
		}]);
		try {
			await tap(Object.fromEntries(tidied));
		} finally {
			await this.stop();
		}
	}

	/**
	 * A new board with notes, and its links.
	 * @param {object[]} docs
	 */
	async board(docs = [], title = "A board") {
		const made = await this.ask("POST", "boards", { body: { title } });
		const tokens = Object.fromEntries(Object.entries(made.links)
			.map(([role, link]) => [role, link.slice(link.lastIndexOf("#") + 1)]));
		for (const doc of docs)
			await this.ask("POST", `boards/${made.id}/notes`, { body: doc, token: tokens.admin });
		const links = Object.fromEntries(Object.entries(tokens)
			.map(([role, token]) => [role, `${this.url}#${token}`]));
		return { id: made.id, tokens, links };
	}
}

/** @param {import("playwright-core").Page} page */
export function connection(page) {
	return page.evaluate(() => ({ ...document.documentElement.dataset }));
}

/**
 * @param {import("playwright-core").Page} page
 * @param {string} transport
 */
export function live(page, transport = "eventsource") {
	return until(async () => {
		const now = await connection(page);
		return now.state === "open" && now.transport === transport;
	}, `the page being live by ${transport}`, 20);
}

/**
 * The card whose title or text is `words`.
 * @param {import("playwright-core").Page} page
 * @param {string} words
 */
export async function card(page, words) {
	const index = await until(async () => {
		const all = await page.locator(".card").evaluateAll((cards) => cards.map((c) =>
			[...c.querySelectorAll(".title, .text")].map((t) => t.value)));
		return all.findIndex((values) => values.includes(words)) + 1;
	}, `a card that says ${JSON.stringify(words)}`);
	return page.locator(".card").nth(index - 1);
}

/**
 * A field by what it holds.
 * @param {import("playwright-core").Locator} field
 */
export function value(field) {
	return field.evaluate((element) => element.value);
}

/**
 * @param {import("playwright-core").Locator} field
 * @param {string} text
 */
export function shows(field, text) {
	return until(async () => await value(field) === text,
		`a field that says ${JSON.stringify(text)}`, 15);
}
