/**
 * Proves that somebody who asks for a part of the page which cannot come is
 * told so, to eye and ear, and is offered it once there is a connection again;
 * that nothing is begun before it is there, and that a part which only takes
 * long is told of, too.
 */

import { HERE, LATE } from "../../www/js/text.js";
import { ok, until } from "./tap.mjs";
import { live, World } from "./world.mjs";

const world = await World.start("--daemon");

/** A board whose late parts do not come before they are asked for. @param {"admin" | "write"} role */
async function opened(role = "write") {
	const board = await world.board([{ title: "One", text: "x" }]);
	/* Or it would ask for them, out of reach of what is in the way here. */
	const page = await world.window("about:blank", undefined, { serviceWorkers: "block" });

	await page.addInitScript(() => {
		window.requestIdleCallback = () => {};
	});
	await page.goto(board.links[role]);
	await live(page, "websocket");
	return page;
}

/** @param {import("playwright-core").Page} page @param {string} words */
async function told(page, words) {
	await until(async () => await page.locator("#toast").isVisible()
		&& await page.locator("#toast-text").textContent() === words, `a message: ${words}`, 15);
	await until(async () => (await page.locator("#say").textContent()).includes(words), `said: ${words}`);
}

/** @param {import("playwright-core").Page} page */
async function offered(page) {
	await told(page, LATE.here);
	await page.getByRole("button", { name: LATE.open }).click();
}

await world.tap({
	async what_cannot_be_loaded_is_said_and_offered_once_there_is_a_connection() {
		const page = await opened();

		world.wire.cut();
		await page.click("#more-open");
		await told(page, LATE.missing);
		ok(await page.locator("dialog[open]").count() === 0, "nothing opened");
		world.wire.mend();
		await offered(page);
		await until(() => page.locator("#more[open] h2").isVisible(), "what was asked for");
		await page.keyboard.press("Escape");
		await until(async () => await page.locator("dialog[open]").count() === 0, "it closed");
		await page.click("#more-open");
		/* What takes long, or cannot come, does not open by itself. */
		await until(() => page.locator("#more[open]").isVisible(), "and it opens by itself now");
	},

	async panels_that_failed_once_are_made_when_they_can_be() {
		const page = await opened("admin");

		for (const [button, dialog] of [["#connection", "#inspector"], ["#trash-open", "#past"], ["#share-open", "#share"], ["#people", "#people-panel"]]) {
			await page.route(/\/view_[a-z]+-[A-Z0-9]+\.js$/, (route) => route.abort());
			await page.click(button);
			await told(page, LATE.missing);
			await page.unroute(/\/view_[a-z]+-[A-Z0-9]+\.js$/);
			await offered(page);
			await until(() => page.locator(`${dialog}[open] h2`).isVisible(), `${dialog} opened`);
			await page.keyboard.press("Escape");
		}
		ok((await page.locator("#people").getAttribute("aria-label")) === HERE.all(1, []), "who is here needs no late part");
	},

	async a_sketch_makes_no_note_before_there_is_paper() {
		const page = await opened();

		world.wire.cut();
		await page.click("#new-sketch");
		await told(page, LATE.missing);
		ok(await page.locator(".card").count() === 1, "no note was made");
		world.wire.mend();
		await offered(page);
		await until(() => page.locator("#sketch[open] canvas").isVisible(), "paper");
		await until(async () => await page.locator(".card").count() === 2, "its note");
	},

	async what_takes_long_is_said_and_offered_when_it_comes() {
		const page = await opened();
		let go = () => {};

		await page.route(/\/view_more-/, async (route) => {
			await new Promise((resolve) => {
				go = resolve;
			});
			await route.continue();
		});
		await page.click("#more-open");
		await told(page, LATE.missing);
		go();
		await offered(page);
		await until(() => page.locator("#more[open]").isVisible(), "what was asked for");
	},

	async a_code_that_cannot_be_drawn_is_said_where_it_was_asked_for() {
		const page = await opened("admin");

		await page.click("#share-open");
		await page.click("#share-read");
		const qr = page.locator(".link button[aria-expanded]").first();
		await page.route(/\/uqr-/, (route) => route.abort());
		await qr.click();
		await until(async () => (await page.locator("#share [role=alert]").textContent()) === LATE.missing, "what is wrong");
		await page.unroute(/\/uqr-/);
		await qr.click();
		await until(() => page.locator("#share svg.qr").isVisible(), "the code");
		ok(await page.locator("#share [role=alert]").count() === 0, "and nothing is wrong any more");
	},
});
