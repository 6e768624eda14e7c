/**
 * Proves that the library makes a package that others can use with their
 * types, and that it grows no larger: what a page loads to be live, and all
 * modules together, comments removed and indented as they are served.
 */

import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import zlib from "node:zlib";
import ts from "typescript";
import { ok, same, tap } from "./tap.mjs";

const LIBRARY = fileURLToPath(new URL("../../www/js/notewire/", import.meta.url));
const BINARIES = path.dirname(createRequire(import.meta.url).resolve("typescript/bin/tsc"));
const LIVE_MAX = 10 * 1024;
const FEEDS_MAX = 13_400;
const ALL_MAX = 15_488;

const modules = fs.readdirSync(LIBRARY).filter((name) => name.endsWith(".js")).sort();

/** As it is served, but for its comments. @param {string} name */
const stripped = (name) => ts.transpileModule(fs.readFileSync(path.join(LIBRARY, name), "utf8"),
	{ compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ES2022, removeComments: true } })
	.outputText.replace(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4));

/** What those load, and what that loads; not what is loaded once it is needed. @param {string[]} names */
function reached(names) {
	const all = new Set(names);
	for (const name of all)
		for (const [, other] of stripped(name).matchAll(/^(?:import|export) .* from "\.\/(.+)";$/gm))
			all.add(other);
	return [...all].sort();
}

const CONSUMER = `
import { PushClient, PushSocket } from "notewire";
const client: PushClient = new PushClient({ board: "b", peer: true, transports: ["websocket", "poll"] });
client.onchange = ({ id, change }) => { const text: string = id + change.seq; void text; };
client.onstatechange = ({ state, retryIn }) => { if (state === "waiting") console.log((retryIn ?? 0) + 1); };
client.publish({ op: "put", id: "n", doc: {} }).then(({ status }) => status + 1);
const socket: EventTarget = new PushSocket("wss://h/socket/b", ["notewire.v1"], { transport: "longpoll" });
void socket;
`;

const dir = fs.mkdtempSync(path.join(os.tmpdir(), "notewire-package-"));
const env = { ...process.env, PATH: `${BINARIES}:${process.env.PATH}`, npm_config_cache: path.join(dir, "cache") };
const run = (cwd, program, ...words) => spawnSync(program, words, { cwd, env, encoding: "utf8" });

/** What npm would send, and puts it where a program beside it would find it. */
function pack() {
	const from = path.join(dir, "notewire");
	const to = path.join(dir, "node_modules/notewire");

	fs.cpSync(LIBRARY, from, { recursive: true });
	const { status, stdout, stderr } = run(from, "npm", "pack", "--dry-run", "--json", "--offline", "--foreground-scripts=false");
	ok(status === 0, stdout + stderr);
	const files = JSON.parse(stdout.slice(stdout.indexOf("[")))[0].files.map((file) => file.path);
	for (const file of files) {
		fs.mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
		fs.copyFileSync(path.join(from, file), path.join(to, file));
	}
	return files;
}

await tap({
	the_package_holds_the_modules_and_their_types() {
		const files = pack();
		for (const name of [...modules, "types/index.d.ts", "types/client.d.ts", "MANUAL.md", "package.json"])
			ok(files.includes(name), name);
		same(files.filter((name) => !/\.(js|d\.ts|md|json)$/.test(name)), [], "and nothing else");
	},

	its_types_are_those_of_a_consumer() {
		const check = (text) => {
			fs.writeFileSync(path.join(dir, "consumer.ts"), text);
			return run(dir, "tsc", "--noEmit", "--strict", "--target", "ES2022", "--module", "ES2022",
				"--lib", "ES2023,DOM,DOM.Iterable", "--moduleResolution", "bundler", "consumer.ts");
		};
		if (!fs.existsSync(path.join(dir, "node_modules")))
			pack();
		const good = check(CONSUMER);
		ok(good.status === 0, good.stdout);
		const wrong = ["client.onchange = ({ nonsense }) => nonsense;", "new PushClient({});",
			"client.onstatechange = (e) => { e.state = \"open\"; };", "new PushClient({ board: \"b\", transports: [\"fax\"] });"];
		const { status, stdout } = check(`${CONSUMER}${wrong.join("\n")}\n`);
		ok(status !== 0, "what is wrong is refused");
		same(new Set(stdout.match(/^consumer\.ts\(\d+/gm)).size, wrong.length, `lines refused: ${stdout}`);
	},

	it_grows_no_larger() {
		for (const [what, names, most] of [
			["to be live by WebSockets", reached(["index.js"]), LIVE_MAX],
			["by what is read from HTTP, too", reached(["index.js", "feeds.js"]), FEEDS_MAX],
			["in all", modules, ALL_MAX]]) {
			const all = names.map(stripped).join("");
			const bytes = zlib.gzipSync(all, { level: 9 }).length;
			console.log(`# ${what}: ${names.length} modules, ${all.length} bytes, ${bytes} compressed`);
			ok(bytes <= most, `${what}: ${bytes} bytes compressed, at most ${most}`);
		}
	},
});
fs.rmSync(dir, { recursive: true });
