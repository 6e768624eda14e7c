/**
 * Proves that a file of 30 MiB goes from one browser to another and arrives
 * whole, that the page says by which path, that it is taken by who wants it
 * alone, and that where there is no path attaching it is offered instead.
 */

import { createHash, randomBytes } from "node:crypto";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ok, same, until } from "./tap.mjs";
import { card, live, World } from "./world.mjs";

const SIZE = 30 << 20;
/* A machine without a network has only its loopback, and nobody to ask for names. */
const world = await World.launch(["--daemon", "http.ice_servers=stun:127.0.0.1:9 turn:ann:secret@127.0.0.1:9"],
	{ args: ["--disable-features=WebRtcHideLocalIpsWithMdns", "--allow-loopback-in-peer-connection"] });
const folder = await fs.mkdtemp(path.join(os.tmpdir(), "notewire-direct-"));

/** @param {string} name @param {number} size @returns {Promise<string>} where it is */
async function made(name, size) {
	const where = path.join(folder, name);
	await fs.writeFile(where, randomBytes(size));
	return where;
}
const digest = async (where) => createHash("sha256").update(await fs.readFile(where)).digest("hex");

async function person(board, name, role = "write", prepare = async () => {}) {
	const page = await world.window(board.links[role], async (p) => {
		await p.addInitScript((n) => localStorage.setItem("notewire name", n), name);
		await prepare(p);
	});
	await live(page, "websocket");
	return page;
}

/** Has somebody send a file. */
async function send(page, to, where) {
	await until(async () => (await page.locator("#people").getAttribute("aria-label"))?.includes(to), `${to} being here`, 15);
	await page.click("#people");
	const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: `Send a file directly to ${to}` }).click()]);
	await chooser.setFiles(where);
}
const stands = (page, state, seconds = 15) => until(async () => await page.locator(`#direct li[data-transfer=${state}]`).count() === 1,
	`a transfer that is ${state}`, seconds);

await world.tap({
	async thirty_mebibytes_arrive_whole_by_a_direct_path() {
		const board = await world.board();
		const [ann, bob] = [await person(board, "Ann"), await person(board, "Bob")];
		const where = await made("film.bin", SIZE);
		await send(ann, "Bob", where);
		await bob.getByRole("button", { name: "Take it" }).click();
		await stands(bob, "done", 60);
		await stands(ann, "done");
		for (const page of [ann, bob])
			await until(async () => (await page.locator("#direct").textContent()).includes("The path is direct"), "the page saying how");
		const [download] = await Promise.all([bob.waitForEvent("download"), bob.click("#direct a.button")]);
		same(download.suggestedFilename(), "film.bin", "its name");
		same(await digest(await download.path()), await digest(where), "the bytes");
		same((await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read })).notes, [], "what the service has of it");
		await bob.getByRole("button", { name: "Clear" }).click();
		await until(() => bob.locator("#direct").isHidden(), "the list being gone with its last");
	},

	async nobody_else_hears_of_it_and_who_declines_is_not_sent_anything() {
		const board = await world.board();
		const [ann, bob, eve] = [await person(board, "Ann"), await person(board, "Bob"), await person(board, "Eve")];
		await send(ann, "Bob", await made("a.bin", 1000));
		await bob.getByRole("button", { name: "Decline" }).click();
		await stands(ann, "declined");
		ok(await eve.locator("#direct").isHidden(), "Eve sees nothing");
		await until(() => bob.locator("#direct").isHidden(), "Bob being done with it");
	},

	async where_there_is_no_path_the_file_is_attached_instead() {
		const board = await world.board();
		const ann = await person(board, "Ann");
		/* A browser that takes offers and hears no description. */
		const bob = await person(board, "Bob", "write", (p) => p.addInitScript(() => {
			window.RTCPeerConnection.prototype.setRemoteDescription = () => Promise.reject(new Error("no"));
		}));
		await send(ann, "Bob", await made("b.bin", 1000));
		await bob.getByRole("button", { name: "Take it" }).click();
		await stands(bob, "failed", 30);
		await stands(ann, "failed", 30);
		await ann.getByRole("button", { name: "Attach it to the board instead" }).click();
		await (await card(bob, "")).getByText("b.bin").waitFor();
	},

	async the_configured_servers_are_asked() {
		const board = await world.board();
		const asked = [];
		const ann = await person(board, "Ann", "write", async (p) => {
			await p.exposeFunction("asked", (servers) => asked.push(servers));
			await p.addInitScript(() => {
				const Real = window.RTCPeerConnection;
				window.RTCPeerConnection = function connection(options) {
					window.asked(options.iceServers);
					return new Real(options);
				};
			});
		});
		const bob = await person(board, "Bob");
		await send(ann, "Bob", await made("c.bin", 10));
		await bob.getByRole("button", { name: "Take it" }).click();
		await stands(bob, "done", 30);
		same(asked, [[{ urls: "stun:127.0.0.1:9" }, { urls: "turn:127.0.0.1:9", username: "ann", credential: "secret" }]], "servers");
	},

	async pages_never_complained() {
		await fs.rm(folder, { recursive: true });
		same(world.complaints, [], "complaints");
	},
});
