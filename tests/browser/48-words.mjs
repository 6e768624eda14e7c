/**
 * Proves that words with marks show as what they mean and never as more than
 * text, that notes are put into an order by mouse and by keys, that a board
 * is taken away and brought back in the page, and that the keys do what they
 * are said to.
 */

import { Buffer } from "node:buffer";
import fs from "node:fs/promises";
import { becomes, ok, same, until } from "./tap.mjs";
import { card, live, World } from "./world.mjs";

const world = await World.start("--daemon");
const TEXT = `# Friday

- meet at **18:00**, *sharp*
- [x] tickets
- \`code\` and ~~old~~

1. one
2. two

> cake

| a | b |
|---|---|
| 1 | 2 |

See https://example.org/map or [here](https://example.org/here "t"), ann@example.org

\`\`\`
<b>as is</b>
\`\`\``;
const HOSTILE = `# <img src=x onerror=window.hit=1>

<script>window.hit=1</script>

<svg onload=window.hit=1>

**bold** [a](javascript:window.hit=1) [b](JaVaScRiPt:window.hit=1) [c](data:text/html,<script>window.hit=1</script>)
[d](vbscript:x) [e](//evil.example/x) [f](/notewire/api/) ![g](javascript:window.hit=1) <javascript:window.hit=1>
[h](&#106;avascript:window.hit=1) [i](java
script:window.hit=1) [j](\tjavascript:window.hit=1) [k]: javascript:window.hit=1

\`<iframe srcdoc="<script>parent.hit=1</script>">\`

| <img src=x onerror=window.hit=1> | [x](javascript:window.hit=1) |
|---|---|
| <a href="javascript:window.hit=1">x</a> | y |`;

const stored = async (board) => (await world.ask("GET", `boards/${board.id}`, { token: board.tokens.read })).notes;
const titles = (page) => page.locator(".card .title").evaluateAll((all) => all.map((t) => t.value).join());
const order = (page, wanted) => until(async () => await titles(page) === wanted, `the order ${wanted}`, 15);
const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") ?? document.activeElement.tagName);

await world.tap({
	async words_with_marks_show_as_what_they_mean_until_somebody_is_in_them() {
		const board = await world.board([{ title: "Plan", text: TEXT }, { title: "Plain", text: "just 3 * 4 words_with_lines" }]);
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		const plan = await card(page, "Plan");
		const prose = plan.locator(".prose");
		await prose.locator("h3").waitFor();
		same(await prose.evaluate((root) => Object.fromEntries(["h3", "ul > li", "ol > li", "strong", "em", "code", "del", "blockquote", "td", "pre", "input:checked"]
			.map((name) => [name, root.querySelectorAll(name).length]))),
		{ "h3": 1, "ul > li": 3, "ol > li": 2, "strong": 1, "em": 1, "code": 2, "del": 1, "blockquote": 1, "td": 2, "pre": 1, "input:checked": 1 }, "what is there");
		same(await prose.evaluate((root) => ["ul > li:not(:has(input))", "ol > li", "ul > li:has(input)"]
			.map((name) => getComputedStyle(root.querySelector(name)).listStyleType).join()), "disc,decimal,none", "what stands before them");
		same(await prose.locator("a").evaluateAll((all) => all.map((a) => [a.href, a.rel, a.target].join(" "))),
			["https://example.org/map", "https://example.org/here", "mailto:ann@example.org"].map((to) => `${to} noopener noreferrer nofollow ugc _blank`), "links");
		same(await prose.locator("pre").textContent(), "<b>as is</b>", "code");
		same(await (await card(page, "Plain")).locator(".prose").evaluate((p) => p.childNodes.length), 0, "what has no marks");
		await prose.locator("h3").click();
		await until(async () => await prose.isHidden() && (await plan.locator(".text").boundingBox()).height > 100, "the field being there to write in");
		await page.keyboard.type("\nmore **words**");
		await page.keyboard.press("Escape");
		await until(async () => (await prose.textContent()).includes("more words"), "the new words");
		await until(async () => (await stored(board)).some((n) => n.text.endsWith("more **words**")), "them being stored");
	},

	async marks_that_mean_harm_are_text() {
		const board = await world.board([{ title: "Harm", text: HOSTILE }, { title: "Deep", text: `${"> ".repeat(2000)}deep` }, { title: "Long", text: `# ${"x [a](".repeat(5000)}` }]);
		const page = await world.window(board.links.write, (p) => p.addInitScript(() => {
			window.reports = [];
			document.addEventListener("securitypolicyviolation", (event) => window.reports.push(event.violatedDirective));
		}));
		await live(page, "websocket");
		const prose = (await card(page, "Harm")).locator(".prose");
		await prose.locator("strong").waitFor();
		ok((await prose.textContent()).includes("<script>window.hit=1</script>"), "HTML is quoted");
		same(await prose.evaluate((root) => [window.hit, window.reports, document.scripts.length,
			root.querySelectorAll("img, script, svg, iframe, [onerror], [onload]").length,
			[...root.querySelectorAll("a")].map((a) => a.protocol)]), [undefined, [], 1, 0, []], "what became of it");
		await card(page, "Deep");
		ok(await page.evaluate(() => document.querySelectorAll(".prose blockquote").length) <= 21, "nesting has an end");
	},

	async notes_are_dragged_and_moved_by_keys_into_an_order_that_stays() {
		const board = await world.board(["d", "c", "b", "a"].map((title) => ({ title, text: "x" })));
		const [page, other] = [await world.window(board.links.write), await world.window(board.links.write)];
		await live(page, "websocket");
		await order(page, "a,b,c,d");
		await page.getByRole("button", { name: "Move the note c" }).focus();
		await page.keyboard.press("ArrowUp");
		await order(page, "a,c,b,d");
		await becomes(() => focused(page), "Move the note c", "focus after the move");
		await page.keyboard.press("ArrowLeft");
		await order(other, "c,a,b,d");
		const grip = await page.getByRole("button", { name: "Move the note d" }).boundingBox();
		const target = await (await card(page, "a")).boundingBox();
		await page.mouse.move(grip.x + 9, grip.y + 9);
		await page.mouse.down();
		await page.mouse.move(target.x + 8, target.y + 8, { steps: 5 });
		await page.mouse.up();
		await order(other, "c,d,a,b");
		await page.fill("#new-title", "new");
		await page.press("#new-title", "Enter");
		await order(other, "new,c,d,a,b");
		await other.reload();
		await order(other, "new,c,d,a,b");
	},

	async a_board_is_saved_and_brought_into_another_once() {
		const [one, two] = [await world.board([{ title: "Plan", text: "walk" }, { title: "Buy", kind: "checklist", items: [{ text: "milk" }] }], "One"), await world.board([], "Two")];
		const page = await world.window(one.links.write);
		await live(page, "websocket");
		await page.click("#more-open");
		const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Save as JSON")]);
		same(await page.locator("#import").count(), 0, "ways to bring in for who may not");
		const saved = await fs.readFile(await download.path());
		const [words] = await Promise.all([page.waitForEvent("download"), page.click("text=Save as Markdown")]);
		ok((await fs.readFile(await words.path(), "utf8")).includes("walk"), "the words");
		const guest = await world.window(two.links.admin);
		await live(guest, "websocket");
		await guest.click("#more-open");
		const bring = async (buffer) => {
			const [chooser] = await Promise.all([guest.waitForEvent("filechooser"), guest.click("#import")]);
			await chooser.setFiles([{ name: "x.json", mimeType: "application/json", buffer }]);
		};
		const says = (text) => until(async () => (await guest.locator("#more [role=status]").textContent()).startsWith(text), text, 15);
		await bring(Buffer.from("{}"));
		await says("That was not done.");
		await bring(saved);
		await says("New: 2 notes and 0 files.");
		await bring(saved);
		await says("New: 0 notes and 0 files. Here already: 2 notes.");
		await guest.keyboard.press("Escape");
		await card(guest, "Buy");
	},

	async keys_lead_to_a_new_note_to_the_search_and_through_the_notes() {
		const board = await world.board([{ title: "b", text: "x" }, { title: "a", text: "y" }]);
		const page = await world.window(board.links.write);
		await live(page, "websocket");
		await card(page, "b");
		await page.keyboard.press("j");
		await becomes(() => focused(page), "Note: a", "the first");
		await page.keyboard.press("j");
		await page.keyboard.press("j");
		await becomes(() => focused(page), "Note: b", "the last stays");
		await page.keyboard.press("k");
		await page.keyboard.press("Enter");
		await becomes(() => focused(page), "Title", "in the note");
		await page.keyboard.type("jn/");
		await becomes(() => titles(page), "ajn/,b", "keys in a field are letters");
		await page.keyboard.press("Escape");
		await until(async () => await focused(page) === "Note: ajn/", "the note, out of the field, by its new name");
		await page.keyboard.press("/");
		await becomes(() => focused(page), "Search this board", "the search");
		await page.keyboard.press("Escape");
		await page.keyboard.press("n");
		await becomes(() => focused(page), "The new note", "the new note");
		await page.keyboard.press("Escape");
		await page.keyboard.press("Control+n").catch(() => {});
		ok(await focused(page) !== "The new note", "what the browser keeps for itself");
	},

	async pages_never_complained() {
		same(world.complaints, [], "complaints");
	},
});
