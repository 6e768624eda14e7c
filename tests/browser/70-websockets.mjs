/**
 * Proves what a page's own WebSocket sees: changes as they are made, its
 * operations answered, resuming after a cut, and for every end the code, the
 * reason and the cleanness that the standard's CloseEvent promises.
 */

import process from "node:process";
import { ok, same, until } from "./tap.mjs";
import { World } from "./world.mjs";

const MESSAGE_MAX = 65536;
const world = await World.start("--daemon", `limit.body_bytes=${MESSAGE_MAX}`);

/** A page of the service, signed in to a board by cookie. */
async function signedIn(board, role, options = {}) {
	const page = await world.window(world.url, undefined, options);
	await page.evaluate((token) => fetch("api/session", {
		method: "POST",
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ token }),
	}), board.tokens[role]);
	await page.evaluate(() => {
		window.open_socket = (board, since) => {
			const url = new URL(`socket/${board}?since=${since}`, location.href);
			url.protocol = "ws:";
			const socket = new WebSocket(url, "notewire.v1");
			const seen = { events: [], close: null };
			socket.onmessage = ({ data }) => seen.events.push(JSON.parse(data));
			socket.onclose = ({ wasClean, code, reason }) =>
				seen.close = { wasClean, code, reason };
			Object.assign(window, { socket, seen });
		};
	});
	return page;
}

async function open(board, { since = "0", role = "write" } = {}) {
	const page = await signedIn(board, role);
	await page.evaluate(([id, at]) => window.open_socket(id, at), [board.id, since]);
	await event(page, "heartbeat");
	return page;
}

/** The first event of that name, once it is there. */
function event(page, name) {
	return until(() => page.evaluate((wanted) =>
		window.seen.events.find((e) => e.event === wanted), name), name);
}

function closed(page) {
	return until(() => page.evaluate(() => window.seen.close), "the close");
}

function changes(page) {
	return page.evaluate(() => window.seen.events.filter((e) => e.event === "change"));
}

await world.tap({
	async changes_come_down_and_operations_go_up() {
		const board = await world.board([{ text: "there before" }]);
		const page = await open(board);
		same(await page.evaluate(() => window.socket.protocol), "notewire.v1", "the subprotocol");
		await page.evaluate(() => window.socket.send(JSON.stringify({
			op: "put", id: "A".repeat(22), key: "k".repeat(22), if_match: "0",
			doc: { text: "from the page" },
		})));
		const { data } = await event(page, "results");
		same(data.results.map((r) => r.status), [201], "the answer");
		await world.ask("POST", `boards/${board.id}/notes`,
			{ body: { text: "from elsewhere" }, token: board.tokens.write });
		await until(async () => (await changes(page)).length === 3, "three changes");
		same((await changes(page)).map((e) => e.data.doc.text),
			["there before", "from the page", "from elsewhere"], "the changes");
	},

	async a_cut_is_no_clean_close_and_resuming_loses_nothing() {
		const board = await world.board([{ text: "1" }]);
		const page = await open(board);
		const last = (await changes(page)).at(-1).id;
		world.wire.cut();
		const { wasClean, code } = await closed(page);
		same([wasClean, code], [false, 1006], "the close");
		await world.ask("POST", `boards/${board.id}/notes`,
			{ body: { text: "2" }, token: board.tokens.write });
		world.wire.mend();
		await page.evaluate(([id, at]) => window.open_socket(id, at), [board.id, last]);
		await event(page, "heartbeat");
		same((await changes(page)).map((e) => e.data.doc.text), ["2"], "what was missed");
	},

	async the_pages_own_close_is_clean() {
		const page = await open(await world.board());
		await page.evaluate(() => window.socket.close(1000, "bye"));
		const { wasClean, code } = await closed(page);
		same([wasClean, code], [true, 1000], "the close");
	},

	async a_revoked_link_closes_with_4403() {
		const board = await world.board();
		const link = await world.ask("POST", `boards/${board.id}/links`,
			{ body: { role: "read" }, token: board.tokens.admin });
		const page = await open({ id: board.id, tokens: { read: link.token } }, { role: "read" });
		await world.ask("DELETE", `boards/${board.id}/links/${link.id}`,
			{ token: board.tokens.admin });
		same(await closed(page), { wasClean: true, code: 4403, reason: "revoked" }, "the close");
	},

	async a_deleted_board_closes_with_4404() {
		const board = await world.board();
		const page = await open(board);
		await world.ask("DELETE", `boards/${board.id}`, { token: board.tokens.admin });
		same(await closed(page), { wasClean: true, code: 4404, reason: "gone" }, "the close");
	},

	/* So short that it has gone out: else Chromium never calls the close clean. */
	async a_message_past_the_limit_closes_with_1009() {
		const page = await open(await world.board());
		await page.evaluate((n) => window.socket.send(" ".repeat(n)), MESSAGE_MAX + 1);
		const { wasClean, code } = await closed(page);
		same([wasClean, code], [true, 1009], "the close");
	},

	/* Another port is another origin of the same site: the cookie goes along. */
	async the_page_of_another_origin_gets_none() {
		const board = await world.board();
		const page = await signedIn(board, "write", { bypassCSP: true });
		const opened = () => page.evaluate((url) => new Promise((resolve) => {
			const socket = new WebSocket(url);
			socket.onopen = () => resolve("open");
			socket.onclose = ({ wasClean, code }) => resolve([wasClean, code]);
		}), `${world.url.replace("http", "ws")}socket/${board.id}`);
		same(await opened(), "open", "from its own page");
		await page.goto(world.service.url);
		same(await opened(), [false, 1006], "from the other");
	},

	async the_daemons_end_closes_with_1012() {
		const page = await open(await world.board());
		ok(world.service.daemon > 0, "the daemon's process is known");
		process.kill(world.service.daemon, "SIGTERM");
		same(await closed(page), { wasClean: true, code: 1012, reason: "shutdown" }, "the close");
	},
});
