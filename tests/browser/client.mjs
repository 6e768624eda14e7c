/**
 * Pages that use the library, each by a faulty way of its own.
 */

import { FaultProxy } from "./fault_proxy.mjs";
import { TOP } from "./service.mjs";
import { ok, same, until } from "./tap.mjs";
import { World } from "./world.mjs";

export const ALL = ["websocket", "eventsource", "longpoll", "htmlfile", "poll"];
/** What the proxy calls them. */
export const KIND = { websocket: "socket", eventsource: "stream", longpoll: "longpoll",
	htmlfile: "htmlfile", poll: "poll" };

const PAGES = ["try.html", "try.js", "try_socket.js", "try_tools.js"].map((name) => `--page=${TOP}/tests/browser/${name}`);
/* They all come from one address, and some by one session. */
const ROOM = ["http.holds_address=1000", "http.holds_session=1000",
	"daemon.connections_address=1000", "daemon.connections_session=1000"];
const STEP_S = 25;
const FLOW_MS = 100;
/** Seconds until what does not come is missed; what is promised in seconds is measured. */
const PATIENCE_S = 180;

/**
 * A world that serves the page, with a daemon.
 * @param {string} way	as in tests/e2e/servers.py
 * @param {string[]} options	of tests/e2e/serve.py
 * @param {import("playwright-core").LaunchOptions} chromium
 */
export function launch(way = "socket", options = [], chromium = {}) {
	return World.launch([way, "--daemon", ...PAGES, ...ROOM, ...options], chromium);
}

/**
 * A page with one client, and what it has told.  With a clock its time passes
 * in steps, each once the page and the service have done what there was: on
 * a machine that is busy it passes more slowly, and what is promised in
 * seconds can be held.
 */
export class Visit {
	/** What has passed on the page's clock, in ms. */
	time = 0;
	#turn = Promise.resolve();
	#over = false;

	/**
	 * Signs in and goes to the page; nothing is connected yet.
	 * @param {World} world
	 * @param {{ board?: object, role?: string, base?: string, clock?: boolean,
	 *	token?: string, prepare?: (page: import("playwright-core").Page) => unknown,
	 *	context?: import("playwright-core").BrowserContext }} given
	 */
	static async open(world, given = {}) {
		const visit = new Visit();
		visit.world = world;
		visit.board = given.board ?? await world.board();
		visit.proxy = given.base ? null : await FaultProxy.start(world.service.url);
		visit.base = given.base ?? visit.proxy.url;
		visit.shared = given.context !== undefined;
		visit.context = given.context ?? await world.browser.newContext();
		try {
			await visit.#arrive(given);
		} catch (error) {
			await visit.close();
			throw error;
		}
		return visit;
	}

	async #arrive({ clock = false, prepare = () => {}, role = "write", token }) {
		this.page = await this.context.newPage();
		this.page.setDefaultTimeout(PATIENCE_S * 1000);
		this.world.listen(this.page);
		if (clock)
			await this.page.clock.install();
		await prepare(this.page);
		await this.page.goto(new URL("try.html", this.base).href);
		await this.page.waitForFunction(() => window.begin);
		await this.page.evaluate((t) => window.signIn(t), token ?? this.board.tokens[role]);
		if (clock) {
			await this.page.clock.pauseAt(Date.now() + 60_000);
			this.proxy.now = () => this.time;
			this.flow = this.#flow().catch((error) => this.#over || console.log(`# ${error}`));
		}
	}

	async #flow() {
		while (!this.#over) {
			const begun = performance.now();
			await this.runFor(FLOW_MS);
			await this.world.ask("GET", "health", {});
			await new Promise((resolve) => setTimeout(resolve, begun + FLOW_MS - performance.now()));
		}
	}

	/**
	 * So much time passes at once.
	 * @param {number} ms
	 */
	runFor(ms) {
		this.#turn = this.#turn.then(async () => {
			this.time += ms;
			await this.page.clock.runFor(ms);
		});
		return this.#turn;
	}

	/**
	 * Begins the client, and waits until it has the board as it is: what is
	 * written from then on must come as changes.
	 * @param {object} options	of PushClient; one connection a tab unless they say else
	 */
	async begin(options = {}) {
		await this.page.evaluate((o) => window.begin(o),
			{ board: this.board.id, tabs: false, ...options });
		await until(async () => (await this.told("snapshot")).length > 0, "the board", PATIENCE_S);
	}

	/**
	 * Waits until the page is live by that transport.
	 * @param {string | null} transport	null for any
	 */
	async by(transport, seconds = PATIENCE_S) {
		await this.#until(async () => {
			const { state, transport: now } = await this.page.evaluate(() => ({ ...document.documentElement.dataset }));
			return state === "open" && (transport ?? now) === now;
		}, `the page being live by ${transport ?? "any transport"}`, seconds);
	}

	/**
	 * Waits until a change of that text has come.
	 * @param {string} text
	 */
	async hears(text, seconds = PATIENCE_S) {
		await this.#until(async () => (await this.told("change")).some((c) => c.text === text), text, seconds);
	}

	/** Who waits in vain hears how the page came to where it is. */
	async #until(probe, what, seconds) {
		try {
			await until(probe, what, seconds);
		} catch (error) {
			const { statechange, transportchange } = await this.record();
			throw new Error(`${error.message}; the page went ${JSON.stringify([statechange, transportchange])}`, { cause: error });
		}
	}

	/** All that was told, by event. */
	record() {
		return this.page.evaluate(() => window.record);
	}

	/** @param {string} name	of an event */
	told(name) {
		return this.page.evaluate((n) => window.record[n], name);
	}

	/**
	 * When something was told first, in ms since the client began.
	 * @param {string} name
	 * @param {object} like	what it holds
	 */
	when(name, like) {
		return this.page.evaluate(([n, l]) => window.record[n].find(
			(e) => Object.entries(l).every(([k, v]) => e[k] === v))?.at - window.began, [name, like]);
	}

	/**
	 * All that the writer wrote has come: each once, in order, and no number
	 * of the board's log was passed over.
	 * @param {import("./writer.mjs").Writer} writer
	 */
	async complete(writer, seconds = PATIENCE_S) {
		const changes = await until(async () => {
			const all = await this.told("change");
			return all.filter((c) => writer.wrote(c.text)).length >= writer.count && all;
		}, `${writer.count} changes of the other`, seconds).catch(async (error) => {
			const heard = (await this.told("change")).filter((c) => writer.wrote(c.text)).length;
			throw new Error(`${error.message}; ${heard} came, of ${writer.written} written`);
		});
		same(changes.map((c) => c.text).filter((t) => writer.wrote(t)), writer.texts(), "the changes");
		const numbers = changes.map((c) => Number(c.seq.split("-")[1]));
		ok(numbers.every((n, i) => i === 0 || n === numbers[i - 1] + 1), `dense: ${numbers}`);
		same((await this.told("reset")).length, 0, "resets");
	}

	/**
	 * The page's own write: it is acknowledged, stored, and comes back.
	 * @param {string} text
	 */
	async publishes(text) {
		const id = this.world.id();
		const { status } = await this.page.evaluate(([i, t]) => window.client.publish(
			{ op: "put", id: i, if_match: "0", doc: { text: t } }), [id, text]);
		same(status, 201, "the acknowledgement");
		await until(async () => (await this.told("change")).filter((c) => c.text === text).length === 1,
			`${text} coming back`, PATIENCE_S);
	}

	/**
	 * So much time passes on the page's clock, and no more than STEP_S of it
	 * without a word on the board.
	 * @param {number} seconds
	 */
	async passes(seconds) {
		for (let left = seconds; left > 0; left -= STEP_S) {
			const word = `after ${this.world.id()}`;
			await this.runFor(Math.min(left, STEP_S) * 1000);
			await this.world.ask("POST", `boards/${this.board.id}/notes`,
				{ body: { text: word }, token: this.board.tokens.write });
			await this.hears(word);
		}
	}

	/** Ends the page and its way. */
	async close() {
		this.#over = true;
		await this.flow;
		await (this.shared ? this.page?.close() : this.context.close());
		await this.proxy?.close();
	}
}
