/**
 * Proves that the page's modules, and what bundles them, are soundly typed and
 * free of lint, and that they could only ever put text into the page as text.
 */

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import { ok, tap } from "./tap.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const TOP = path.resolve(HERE, "../..");
const require = createRequire(import.meta.url);

/**
 * @param {string | string[]} glob	below the top
 * @returns {Promise<string>} the complaints
 */
async function lint(glob) {
	const eslint = new ESLint({
		cwd: TOP, overrideConfigFile: path.join(HERE, "eslint.config.mjs"),
	});
	const results = await eslint.lintFiles(glob);
	ok(results.length > 3, `${glob} names files`);
	const formatter = await eslint.loadFormatter("stylish");
	return formatter.format(results.filter((r) => r.messages.length > 0));
}

/** @param {string} config	beside this file */
function types(config) {
	const tsc = require.resolve("typescript/bin/tsc");
	const run = spawnSync(process.execPath, [tsc, "-p", path.join(HERE, config)], { encoding: "utf8" });
	ok(run.status === 0, run.stdout + run.stderr);
}

await tap({
	types_of_the_page_are_sound() {
		types("tsconfig.json");
	},

	/* A tarball has the bundle, and not what makes it. */
	...fs.existsSync(path.join(TOP, "www/node_modules/esbuild")) && { types_of_what_bundles_it_are_sound() {
		types("tsconfig.node.json");
	} },

	async page_has_no_lint() {
		const complaints = await lint(["www/js/*.js", "www/*.{js,mjs}"]);
		ok(complaints === "", complaints);
	},

	the_page_itself_has_no_words_beside_those_of_text_js() {
		const html = fs.readFileSync(path.join(TOP, "www/index.html"), "utf8");
		const texts = html.slice(html.indexOf("<body>")).replace(/<[^>]*>/g, "\n").split("\n");
		const hints = [...html.matchAll(/ (?:aria-label|placeholder|title|alt)="([^"]*)"/g)].map(([, value]) => value);
		const words = [...texts, ...hints].map((text) => text.replace(/\{\{\w+\}\}/g, "").trim())
			.filter((text) => /\p{L}{2}/u.test(text) && !["Notewire", "…/notewire/#w.…"].includes(text));
		ok(hints.length > 20 && texts.length > 100, "it was read");
		ok(words.length === 0, `words: ${words}`);
	},

	async library_has_no_lint() {
		const complaints = await lint("www/js/notewire/*.js");
		ok(complaints === "", complaints);
	},

	async tests_of_the_page_have_no_lint() {
		const complaints = await lint("tests/browser/*.mjs");
		ok(complaints === "", complaints);
	},
});
