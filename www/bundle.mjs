/**
 * bundle.mjs VERSION: puts the page as it is installed into built/, beside this
 * file: its modules and its style bundled and made small in a folder of a name
 * that their content decides, what names them, and VERSION.list, which says
 * what is to be installed, the page itself last.  The list is written last.
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const BUILT = path.join(HERE, "built");
const TARGET = "es2022";
const version = process.argv[2];

/**
 * The text with one of its parts replaced, which must be there once.
 * @param {string} text
 * @param {string} part
 * @param {string} by
 */
function put(text, part, by) {
	const [before, after, ...more] = text.split(part);

	if (after === undefined || more.length > 0)
		throw new Error(`bundle.mjs: not there once: ${part}`);
	return before + by + after;
}

/** @param {string} name */
const read = (name) => fs.readFileSync(path.join(HERE, name), "utf8");

/* What comes late comes to a page, or to a worker, that runs.  Said to esbuild,
 * this makes one chunk of all that such a one runs by, not one for each set of
 * parts that share some. */
const later = (/** @type {string} */ name) => [...read(name).matchAll(/import\("([^"]+)"\)/g)]
	.map(([, late]) => path.join(HERE, path.dirname(name), late));
const MAIN = ["main.js"];
const BOTH = ["notewire/core.js", "notewire/htmlfile.js", "notewire/hub.js", "notewire/pause.js"];
const after = new Map(/** @type {[string, string[]][]} */ ([
	...later("js/lazy.js").map((late) => [late, MAIN]),
	...[...later("js/notewire/transports.js"), ...later("js/notewire/websocket.js")].map((late) => [late, BOTH]),
	[path.join(HERE, "js/notewire/worker.js"), BOTH],
]));
/* What the library has come late for pages that do without; this one never does. */
const CLIENT = path.join(HERE, "js/notewire/client.js");
const AT_ONCE = ["./life.js", "./tabs.js"];
/** @param {{ path: string }} module */
const inOrder = ({ path: where }) => after.has(where) ? {
	contents: [fs.readFileSync(where, "utf8"), ...(after.get(where) ?? []).map((name) =>
		`import ${JSON.stringify(path.join(HERE, "js", name))};`)].join("\n"),
	loader: /** @type {const} */ ("js"),
} : where === CLIENT ? {
	contents: AT_ONCE.reduce((text, name, n) => put(text, `import("${name}")`, `Promise.resolve(atOnce${n})`)
		+ `\nimport * as atOnce${n} from "${name}";`, fs.readFileSync(where, "utf8")),
	loader: /** @type {const} */ ("js"),
} : null;
/* All words are in one file; a first look is to carry those alone that it says.
 * So parts that come late know it as another module, with what they say. */
/** @param {{ path: string, importer: string }} asked */
const lateWords = ({ path: name, importer }) => after.get(importer) === MAIN
	? { path: path.join(path.dirname(importer), name), suffix: "?late" } : null;
const plugin = {
	name: "notewire",
	/** @param {import("esbuild").PluginBuild} hooks */
	setup: (hooks) => {
		hooks.onResolve({ filter: /\/text\.js$/ }, lateWords);
		hooks.onLoad({ filter: /\.js$/ }, inOrder);
	},
};

const { outputFiles, metafile } = await build({
	absWorkingDir: HERE,
	/* A worker is asked for by its address, which its maker knows as beside itself. */
	entryPoints: { app: "app.css", main: "js/main.js", worker: "js/notewire/worker.js" },
	outdir: ".",
	bundle: true,
	splitting: true,
	format: "esm",
	target: TARGET,
	minify: true,
	/* modules/ is installed with the licences of what came from others. */
	legalComments: "none",
	entryNames: "[name]",
	chunkNames: "[name]-[hash]",
	plugins: [plugin],
	/* Or the order would be forgotten where a package.json knows of no effects. */
	ignoreAnnotations: true,
	metafile: true,
	write: false,
});
/* Where the first module came to stand; its entry would only ask for that. */
const [first] = Object.keys(metafile.outputs).filter((name) => "js/main.js" in metafile.outputs[name].inputs
	&& metafile.outputs[name].inputs["js/main.js"].bytesInOutput > 0);
const files = outputFiles.filter(({ path: where }) => path.basename(where) !== "main.js")
	.map(({ path: where, contents }) => ({ name: path.basename(where), contents }))
	.sort((one, other) => one.name < other.name ? -1 : 1);
const hash = createHash("sha256");
for (const { name, contents } of files)
	hash.update(`${name} ${contents.length}\n`).update(contents);
const folder = `${version}-${hash.digest("hex").slice(0, 12)}`;

/** What a module needs before it can run. @param {string} name @param {Set<string>} found */
function needed(name, found) {
	for (const { path: other, kind } of metafile.outputs[name].imports)
		if (kind === "import-statement" && !found.has(other))
			needed(other, found.add(other));
	return found;
}

const preloads = [...needed(first, new Set())].sort()
	.map((name) => `\n\t<link rel="modulepreload" href="${folder}/${name}">`).join("");
/** The words of the page itself. */
async function words() {
	const { outputFiles: [all] } = await build({ absWorkingDir: HERE, entryPoints: ["js/text.js"], bundle: true, format: "esm", write: false });
	const { HTML } = await import(`data:text/javascript;base64,${Buffer.from(all.contents).toString("base64")}`);

	return new Map(/** @type {[string, string][]} */ (Object.entries(HTML)));
}

/** @param {string} text @param {Map<string, string>} said	each of which it has a place for */
function fill(text, said) {
	const unused = new Set(said.keys());
	const filled = text.replace(/\{\{(\w+)\}\}/g, (_, name) => {
		unused.delete(name);
		if (!said.has(name))
			throw new Error(`bundle.mjs: text.js does not say ${name}`);
		return /** @type {string} */ (said.get(name)).replace(/[&<"]/g, (c) => `&#${c.charCodeAt(0)};`);
	});

	if (unused.size > 0)
		throw new Error(`bundle.mjs: index.html does not say ${[...unused]}`);
	return filled;
}

let page = put(fill(read("index.html"), await words()), "href=\"app.css\"", `href="${folder}/app.css"`);
page = put(page, "src=\"js/main.js\"></script>", `src="${folder}/${first}"></script>${preloads}`);
const shell = put(read("shell.js"), "const FILES = [];",
	`const FILES = ${JSON.stringify(files.map(({ name }) => `${folder}/${name}`))};`);

fs.rmSync(BUILT, { recursive: true, force: true });
fs.mkdirSync(path.join(BUILT, folder), { recursive: true });
for (const { name, contents } of files)
	fs.writeFileSync(path.join(BUILT, folder, name), contents);
fs.writeFileSync(path.join(BUILT, "index.html"), page.replace(/^\t+/gm, ""));
fs.writeFileSync(path.join(BUILT, "shell.js"), (await transform(shell, { minify: true, target: TARGET })).code);
fs.writeFileSync(path.join(BUILT, `${version}.list`),
	[...files.map(({ name }) => `${folder}/${name}`), "shell.js", "index.html"].map((name) => `${name}\n`).join(""));
