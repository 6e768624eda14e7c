/**
 * Proves that nothing anybody writes becomes part of the page but as text,
 * and that a link's token stays out of the address bar, the history, storage
 * and every address that is asked for.
 */

import { ok, same, until } from "./tap.mjs";
import { card, live, shows, World } from "./world.mjs";

const world = await World.start();

const HOSTILE = [
	"<img src=x onerror=\"window.hit=1\">",
	"</textarea><script>window.hit=1</script>",
	"\"><svg onload=window.hit=1>",
	"' autofocus onfocus=window.hit=1 x='",
	"javascript:window.hit=1",
	"{{constructor.constructor('window.hit=1')()}}",
	"<!--<iframe srcdoc=\"<script>parent.hit=1</script>\">",
	"\u202egnp.exe \u0001\u2028\u2029 ]]>",
];

await world.tap({
	async hostile_words_are_shown_as_they_were_written() {
		const docs = HOSTILE.map((text) => ({ title: text, text: `${text}\n${text}` }));
		const board = await world.board([...docs, {
			kind: "checklist", title: "list", items: HOSTILE.map((text) => ({ text })),
		}], HOSTILE[0]);
		const page = await world.window(board.links.admin);
		await live(page);
		same(await page.locator("#board-title").textContent(), HOSTILE[0], "board");
		for (const text of HOSTILE)
			await shows((await card(page, text)).locator(".text"), `${text}\n${text}`);
		const items = await page.locator(".item-text").evaluateAll((all) => all.map((i) => i.value));
		same(items, HOSTILE, "items");
		await (await card(page, HOSTILE[1])).locator(".delete").click();
		await until(async () => (await page.locator("#toast-text").textContent()).includes("</textarea>"),
			"the message that quotes the note");
		await until(async () => (await page.locator("#say").textContent()).includes("</textarea>"),
			"the same for those who listen");
		await page.goto(world.url);
		await page.locator("#mine-list a").waitFor();
		same(await page.locator("#mine-list a").textContent(), HOSTILE[0], "board in the list");
		same(await page.evaluate(() => [window.hit, document.scripts.length,
			document.querySelectorAll("img, iframe, [onerror], [onload], [onfocus]").length]),
		[undefined, 1, 0], "what became of it");
	},

	async hostile_words_in_panels_are_text_too() {
		const board = await world.board(HOSTILE.map((text) => ({ title: text, text })), "Panels");
		for (const label of HOSTILE.slice(0, 6))
			await world.ask("POST", `boards/${board.id}/links`, { token: board.tokens.admin, body: { role: "read", label } });
		const page = await world.window(board.links.admin, (p) => p.addInitScript(() => {
			window.reports = [];
			document.addEventListener("securitypolicyviolation", (event) => window.reports.push(event.violatedDirective));
		}));
		await live(page);
		const note = await card(page, HOSTILE[0]);
		await note.locator(".text").fill(`${HOSTILE[1]}\n${HOSTILE[2]}`);
		await until(async () => await note.getAttribute("data-standing") === "saved", "an edit being saved");
		await note.locator(".history").click();
		await page.locator("#past li", { hasText: HOSTILE[0] }).first().waitFor();
		ok((await page.locator("#past").textContent()).includes(HOSTILE[2]), "the history quotes it");
		await page.keyboard.press("Escape");
		await note.locator(".delete").click();
		await page.click("#toast-close");
		await until(async () => (await world.ask("GET", `boards/${board.id}/trash`, { token: board.tokens.read })).notes.length, "the trash");
		await page.click("#trash-open");
		await page.locator("#past li", { hasText: HOSTILE[2] }).waitFor();
		await page.keyboard.press("Escape");
		await page.click("#share-open");
		for (const label of HOSTILE.slice(0, 6))
			await page.locator("#share li", { hasText: label }).first().waitFor();
		await page.keyboard.press("Escape");
		await page.click("#connection");
		await page.locator("#inspector .messages details").first().waitFor();
		await page.locator("#inspector .messages", { hasText: "onload=window.hit=1" }).waitFor();
		await page.keyboard.press("Escape");
		await page.fill("#search", HOSTILE[3]);
		same(await page.evaluate(() => [window.hit, window.reports, document.scripts.length,
			document.querySelectorAll("img, iframe, [onerror], [onload], [onfocus]").length]),
		[undefined, [], 1, 0], "what became of it");
	},

	async hostile_words_that_arrive_live_are_text_too() {
		const board = await world.board();
		const page = await world.window(board.links.write);
		await live(page);
		for (const text of HOSTILE) {
			await world.ask("POST", `boards/${board.id}/notes`,
				{ body: { title: text, text }, token: board.tokens.write });
			await shows((await card(page, text)).locator(".text"), text);
		}
		same(await page.evaluate(() => [window.hit, document.scripts.length]),
			[undefined, 1], "what became of it");
	},

	async the_token_leaves_the_address_bar_before_anything_is_asked() {
		const board = await world.board([], "One");
		let atPost = "";
		const asked = [];
		const page = await world.window(board.links.write, async (p) => {
			p.on("request", (r) => asked.push(r.url(), r.headers().referer ?? ""));
			await p.route("**/api/session", async (route) => {
				atPost = p.url();
				await route.continue();
			});
		});
		await live(page);
		same(atPost, world.url, "address while the link is being traded");
		same(page.url(), `${world.url}#b=${board.id}`, "address afterwards");
		const seen = asked.filter((url) => new URL(url || "x:y").hash === ""
			&& url.includes(board.tokens.write));
		same(seen, [], "addresses and referrers with the token");
		const look = () => page.evaluate(async () => {
			const all = [document.cookie, { ...window.localStorage }, { ...window.sessionStorage }, window.history.state];
			for (const { name, version } of await window.indexedDB.databases()) {
				const db = await new Promise((resolve) => {
					window.indexedDB.open(name, version).onsuccess = ({ target }) => resolve(target.result);
				});
				for (const store of db.objectStoreNames)
					all.push(await new Promise((resolve) => {
						db.transaction(store).objectStore(store).getAll().onsuccess = ({ target }) => resolve(target.result);
					}));
			}
			return JSON.stringify(all);
		});
		const kept = await until(async () => {
			const all = await look();
			return all.includes("One") && all;
		}, "the board being kept");
		ok(!kept.includes(board.tokens.write.slice(2)), "what a script could find");
		await page.reload();
		await live(page);
	},

	async a_link_put_into_the_address_of_an_open_page_is_traded_too() {
		const [one, two] = [await world.board([], "One"), await world.board([], "Two")];
		const page = await world.window(one.links.write);
		await live(page);
		await page.evaluate((hash) => {
			location.hash = hash;
		}, two.tokens.read);
		await until(async () => await page.locator("#board-title").textContent() === "Two", "the other board");
		same(page.url(), `${world.url}#b=${two.id}`, "address");
		await page.goBack();
		await until(async () => await page.locator("#board-title").textContent() === "One", "the first again");
	},

	async a_link_that_opens_nothing_says_so() {
		const page = await world.window(`${world.url}#w.${"A".repeat(22)}`);
		await page.locator("#notice:visible").waitFor();
		ok((await page.locator("#notice").textContent()).startsWith("That link opens nothing"), "notice");
		ok(await page.locator("#landing").isVisible(), "the landing page shows");
		same(page.url(), world.url, "address");
	},

	async the_web_server_makes_the_browser_refuse_html_from_scripts() {
		const page = await world.window();
		const outcome = await page.evaluate(() => {
			try {
				document.body["inner" + "HTML"] = "<b>x</b>";
				return "taken";
			} catch (error) {
				return error.name;
			}
		});
		same(outcome, "TypeError", "outcome");
		same(world.complaints.splice(0).filter((c) => !c.includes("TrustedHTML")), [], "other complaints");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
