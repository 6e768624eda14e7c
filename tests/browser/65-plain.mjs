/**
 * Proves that a browser with scripts switched off can do the whole round, and
 * that its live page shows what others do without being loaded again.
 */

import { becomes, ok, same } from "./tap.mjs";
import { World } from "./world.mjs";

const world = await World.start();
const PHONE = { javaScriptEnabled: false, viewport: { width: 390, height: 844 } };

/** A window without scripts, signed in by pasting the board's link. */
async function enter(board, role = "write") {
	const page = await world.window(world.url, undefined, PHONE);
	await page.getByRole("link", { name: "Notewire without it" }).click();
	await page.getByLabel("The link you were sent").fill(board.links[role]);
	await page.getByRole("button", { name: "Open the board" }).click();
	return page;
}

/** Headings of the notes that can be seen. */
function headings(page) {
	return page.locator("article h2").evaluateAll((all) => all
		.filter((h) => h.checkVisibility()).map((h) => h.textContent));
}

/** Scripts are off for the page, not for the test that looks at it. */
async function overflow(page) {
	await page.waitForLoadState("load");
	return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

function change(board, method, note, rev, body) {
	return fetch(new URL(`api/boards/${board.id}/notes/${note}`, world.service.url), {
		method,
		headers: {
			"Authorization": `Bearer ${board.tokens.write}`,
			"Content-Type": "application/json",
			"If-Match": `"${rev}"`,
		},
		body: body && JSON.stringify(body),
	});
}

await world.tap({
	async a_whole_round_needs_no_script() {
		const board = await world.board([{ title: "Old", text: "one\ntwo" }], "Plain");
		const page = await enter(board);
		same(await page.locator("h1").textContent(), "Plain", "title");
		same(await page.locator(".text").innerText(), "one\ntwo", "line breaks");
		const add = page.locator("#add");
		await add.getByLabel("Title").fill("List");
		await add.getByRole("textbox", { name: "Text" }).fill("milk\neggs");
		await add.getByLabel("as a checklist").check();
		await add.getByRole("button", { name: "Add the note" }).click();
		await page.getByRole("button", { name: "Tick: milk" }).click();
		same(await page.getByRole("button", { name: "Untick: milk" }).inputValue(), "[x]", "ticked");
		const list = page.locator("article", { hasText: "eggs" });
		await list.getByLabel("New item").fill("tea");
		await list.getByLabel("New item").press("Enter");
		await becomes(() => list.locator("bdi").allTextContents(), ["milk", "eggs", "tea"], "items");
		await page.locator("article", { hasText: "two" }).getByRole("link", { name: "Edit" }).click();
		await page.getByRole("textbox", { name: "Text" }).fill("three");
		await page.getByRole("button", { name: "Save" }).click();
		await becomes(() => page.locator(".text").innerText(), "three", "edited");
		await page.locator("article", { hasText: "three" }).getByRole("button", { name: "Delete" }).click();
		await becomes(() => headings(page), ["List"], "after the delete");
		await page.getByRole("button", { name: "Undo" }).click();
		await becomes(async () => (await headings(page)).sort(), ["List", "Old"], "after the undo");
		await page.getByRole("link", { name: "Your boards" }).click();
		await page.getByRole("button", { name: "Sign out" }).click();
		await becomes(() => page.getByRole("heading", { name: "Your boards" }).count(), 0, "signed out");
	},

	async a_board_made_without_a_script_opens_by_its_links() {
		const page = await world.window(`${world.url}api/`, undefined, PHONE);
		await page.getByLabel("Title").fill("Mine");
		await page.getByRole("button", { name: "Make the board" }).click();
		await becomes(() => page.locator("code").count(), 3, "links");
		const links = await page.locator("code").allTextContents();
		const other = await world.window(`${world.url}api/`, undefined, PHONE);
		await other.getByLabel("The link you were sent").fill(links[1]);
		await other.getByRole("button", { name: "Open the board" }).click();
		await becomes(() => other.locator("h1").textContent(), "Mine", "title");
	},

	async live_page_follows_without_being_loaded_again() {
		const board = await world.board([{ title: "first", text: "x" }], "Live");
		const page = await enter(board, "read");
		const address = new URL(await page.getByRole("link", { name: "Live view" }).getAttribute("href"), page.url());
		let loads = 0;
		page.on("request", (r) => void (loads += Number(r.isNavigationRequest())));
		await page.goto(address.href, { waitUntil: "commit" });
		const see = (wanted) => becomes(() => headings(page), wanted, "notes");
		await see(["first"]);
		const made = await world.ask("POST", `boards/${board.id}/notes`,
			{ body: { title: "second", text: "<b>y</b>" }, token: board.tokens.write });
		await see(["first", "second"]);
		ok((await change(board, "PATCH", made.id, made.rev, { title: "changed" })).ok, "changed");
		await see(["first", "changed"]);
		const rev = String(Number(made.rev) + 1);
		ok((await change(board, "PATCH", made.id, rev, { title: "again" })).ok, "again");
		await see(["first", "again"]);
		ok((await change(board, "DELETE", made.id, String(Number(rev) + 1))).ok, "deleted");
		await see(["first"]);
		same(loads, 1, "times it was loaded");
	},

	async pages_fit_a_phone_with_long_words() {
		const long = "w".repeat(300);
		const board = await world.board([
			{ title: long, text: `${long}\n${long}` },
			{ kind: "checklist", title: "list", items: [{ text: long }] },
		], long.slice(0, 190));
		const page = await enter(board);
		ok(await page.locator("article").count() === 2, "the notes show");
		ok(await overflow(page) <= 0, "the board fits");
		await page.getByRole("link", { name: "Edit" }).first().click();
		ok(await overflow(page) <= 0, "the note fits");
		await page.getByRole("link", { name: "Notewire" }).click();
		ok(await overflow(page) <= 0, "the start fits");
		same(await page.locator("h1").evaluate((h) => window.getComputedStyle(h).fontSize), "24px", "the style is there");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
