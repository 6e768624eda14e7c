/**
 * Proves that a client outlives what happens to pages and to services: the
 * back-forward cache, a tab that sleeps or is frozen, restarts of the web
 * server, the responder and the daemon; nothing is lost or comes twice.  And
 * that it ends, and says why, when its link or session has.
 */

import { ALL, launch, Visit } from "./client.mjs";
import { beside, ok, same, tap, until } from "./tap.mjs";
import { Writer } from "./writer.mjs";

const LANES = 3;
const CHANGES = 60;
const SESSION_S = 12;
const HIDDEN_MS = 30_000;
const CLIMB_S = 300;
/** More than an answer may take to whether all is there. */
const PROBE_MS = 4_000;
/** More than it may take to see that time has jumped, and then that all is gone; silence alone takes longer. */
const SEEN_MS = 20_000;

/* The driver's own flag would switch the back-forward cache off. */
const kept = { ignoreDefaultArgs: ["--disable-back-forward-cache"] };
const [world, short] = await Promise.all([launch("socket", [], kept),
	launch("socket", [`board.session_age=${SESSION_S}s`])]);

async function scene(act, given = {}) {
	const visit = await Visit.open(given.world ?? world, given);
	try {
		await act(visit, new Writer(visit.world, visit.board, CHANGES));
	} finally {
		await visit.close();
	}
}

/** The state that it is in, and since when. */
const last = async (visit) => (await visit.told("statechange")).at(-1);

const closed = (visit) => until(async () => {
	const now = await last(visit);
	return now.state === "closed" && now;
}, "its being closed", 60);

/** Somebody writes the rest, and it comes. */
async function whole(visit, writer) {
	await writer.write();
	await visit.complete(writer);
	await visit.publishes("from the page, after all");
}

/** Says to the page that it is seen or not, as the browser would. */
function seen(visit, state) {
	return visit.page.evaluate((s) => {
		Object.defineProperty(document, "visibilityState", { configurable: true, value: s });
		Object.defineProperty(document, "hidden", { configurable: true, value: s === "hidden" });
		document.dispatchEvent(new window.Event("visibilitychange", { bubbles: true }));
	}, state);
}

/** The link of a page is taken away while it is live. */
function revoked(transport) {
	return () => scene(async (visit) => {
		const { board, proxy } = visit;
		const token = board.tokens.admin;
		const link = await world.ask("POST", `boards/${board.id}/links`, { body: { role: "write" }, token });
		await visit.page.context().clearCookies();
		await visit.page.evaluate((t) => window.signIn(t), link.token);
		await visit.begin({ transports: [transport] });
		await visit.by(transport);
		await world.ask("DELETE", `boards/${board.id}/links/${link.id}`, { token });
		const { reason } = await closed(visit);
		ok(["revoked", "not-found"].includes(reason), `why: ${reason}`);
		same(await visit.page.evaluate(() => ({ ...document.documentElement.dataset })),
			{ state: "closed", transport: "" }, "what the document says");
		const asked = proxy.asked.length;
		const refused = await visit.page.evaluate(() => window.client.publish({ op: "delete", id: "A".repeat(22) })
			.then(() => "", (error) => error.name));
		ok(refused !== "", "publish() is refused");
		same(proxy.asked.length, asked, "what was asked for after that");
	});
}

function expired(transport) {
	return () => scene(async (visit) => {
		await visit.begin({ transports: [transport] });
		await visit.by(transport);
		const { reason } = await closed(visit);
		ok(["expired", "session-expired"].includes(reason), `why: ${reason}`);
	}, { world: short });
}

/** What is restarted while it is live by each transport. */
function restarted(what, transport) {
	return () => scene(async (visit, writer) => {
		await visit.begin({ transports: [transport] });
		await visit.by(transport);
		await writer.write(CHANGES / 2);
		await world.service.does(what);
		await whole(visit, writer);
		await visit.by(transport);
	});
}

const apart = {
	async a_page_from_the_back_forward_cache_goes_on() {
		await scene(async (visit, writer) => {
			const { page } = visit;
			await visit.begin();
			await visit.by("websocket");
			await writer.write(CHANGES / 3);
			await page.goto(new URL("icon.svg", visit.base).href);
			await until(() => visit.proxy.open("socket") === 0, "its letting go", 60);
			await writer.write(CHANGES / 3);
			await page.goBack({ waitUntil: "commit" });
			await until(() => page.evaluate(() => window.shown?.includes(true)).catch(() => false),
				"the very same page", 60);
			await visit.by("websocket");
			await whole(visit, writer);
			same(await page.evaluate(() => window.shown), [false, true], "how it was shown");
		});
	},

	async a_hidden_tab_lets_go_after_a_while_and_comes_back() {
		await scene(async (visit, writer) => {
			await visit.begin();
			await visit.by("websocket");
			await seen(visit, "hidden");
			await visit.passes(HIDDEN_MS / 1000 - 10);
			same(visit.proxy.open("socket"), 1, "connections before that");
			await visit.runFor(11_000);
			await until(() => visit.proxy.open("socket") === 0, "its letting go", 60);
			await writer.write(CHANGES / 2);
			await seen(visit, "visible");
			await visit.by("websocket");
			await whole(visit, writer);
		}, { clock: true });
	},

	async a_tab_that_is_seen_again_in_time_keeps_its_connection() {
		await scene(async (visit) => {
			await visit.begin();
			await visit.by("websocket");
			for (let i = 0; i < 3; i++) {
				await seen(visit, "hidden");
				await visit.passes(HIDDEN_MS / 1000 - 5);
				await seen(visit, "visible");
				/* By the flow of time alone: the service can answer meanwhile. */
				const answered = visit.time + PROBE_MS;
				await until(() => visit.time > answered, "time for an answer", 60);
			}
			same((await visit.told("statechange")).map((s) => s.state), ["connecting", "open"], "states");
			same(visit.proxy.count("socket"), 1, "WebSockets that were asked for");
		}, { clock: true });
	},

	async a_frozen_tab_goes_on_when_it_thaws() {
		await scene(async (visit, writer) => {
			const session = await visit.context.newCDPSession(visit.page);
			await visit.begin();
			await visit.by("websocket");
			await session.send("Page.setWebLifecycleState", { state: "frozen" });
			await writer.write(CHANGES / 2);
			visit.proxy.cut();
			await session.send("Page.setWebLifecycleState", { state: "active" });
			await visit.by("websocket");
			await whole(visit, writer);
		});
	},

	async a_machine_that_slept_looks_whether_all_is_there() {
		await scene(async (visit, writer) => {
			await visit.begin();
			await visit.by("websocket");
			visit.proxy.fault("socket", { blackhole: true });
			await writer.write(CHANGES / 2);
			/* The time of day alone: what measures time stood still as well. */
			await visit.page.clock.setSystemTime(await visit.page.evaluate(() => Date.now()) + 600_000);
			const woken = visit.time;
			visit.proxy.fault("socket");
			visit.proxy.passages.forEach((p) => p.kind === "socket" && ok(p.lost, "the old one is lost"));
			await until(() => visit.proxy.count("socket") === 2, "another WebSocket", 60);
			ok(visit.time - woken < SEEN_MS, `${visit.time - woken} ms after it woke`);
			await visit.by("websocket");
			await whole(visit, writer);
		}, { clock: true });
	},
};

/** One after the other, since each takes something away from all. */
const taken = {
	the_responder_restarts_under_a_websocket: restarted("responder restart", "websocket"),
	the_responder_restarts_under_a_long_poll: restarted("responder restart", "longpoll"),
	the_web_server_restarts_under_a_websocket: restarted("server restart", "websocket"),
	the_web_server_restarts_under_an_event_stream: restarted("server restart", "eventsource"),

	async without_the_daemon_it_goes_on_and_with_it_climbs_back() {
		await scene(async (visit, writer) => {
			await visit.begin();
			await visit.by("websocket");
			await writer.write(CHANGES / 3);
			await world.service.does("daemon stop");
			await visit.by("eventsource");
			await writer.write(CHANGES / 3);
			await world.service.does("daemon start");
			/* The web server passes over it for a while. */
			await scene(async (other) => {
				await other.begin({ transports: ["websocket"] });
				await other.by("websocket");
			});
			await visit.passes(CLIMB_S);
			await visit.by("websocket");
			await whole(visit, writer);
			await until(() => visit.proxy.open("stream") === 0, "the stream's end", 60);
		}, { clock: true });
	},
};

const claims = { ...apart };
for (const transport of ALL)
	claims[`a_revoked_link_ends_${transport}`] = revoked(transport);
for (const transport of ["websocket", "eventsource", "longpoll"])
	claims[`a_session_that_expires_ends_${transport}`] = expired(transport);

try {
	await tap({
		...beside(claims, LANES),
		...taken,

		pages_never_complained() {
			same([...world.complaints, ...short.complaints], [], "complaints");
		},
	});
} finally {
	await world.stop();
	await short.stop();
}
