/**
 * The real service behind a real web server, as tests/e2e/serve.py starts it.
 *
 * Environment: top_srcdir, top_builddir; NOTEWIRE_URL names a running service
 * to be used instead of a fresh one.
 */

import { spawn } from "node:child_process";
import path from "node:path";
import readline from "node:readline";
import { fileURLToPath } from "node:url";
import { ok, until } from "./tap.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const TOP = path.resolve(process.env.top_srcdir ?? path.join(HERE, "../.."));

/**
 * Starts the service.
 * @param {string[]} options	of tests/e2e/serve.py
 */
export async function startService(options) {
	if (process.env.NOTEWIRE_URL)
		return { url: process.env.NOTEWIRE_URL, stop: async () => {} };
	const child = spawn(process.env.PYTHON3 ?? "/usr/bin/python3",
		[path.join(TOP, "tests/e2e/serve.py"), ...options],
		{ stdio: ["pipe", "pipe", "inherit"] });
	const service = new Service(child);
	await service.said("ready");
	return service;
}

/** What serve.py serves. */
class Service {
	#said = {};
	#ended = false;

	/** @param {import("node:child_process").ChildProcess} child */
	constructor(child) {
		this.child = child;
		this.end = new Promise((resolve) => child.once("exit", (code) => {
			this.#ended = `the service ended with ${code}`;
			resolve();
		}));
		readline.createInterface({ input: child.stdout }).on("line", (line) => {
			console.log(`# ${line}`);
			const [name, ...rest] = line.split(" ");
			this.#said[name] = rest.join(" ");
		});
	}

	/** The value of a line that it printed, or prints soon. */
	said(name) {
		return until(() => {
			ok(!this.#ended, `it runs: ${this.#ended}`);
			return this.#said[name];
		}, `the service's line "${name}"`, 60);
	}

	get url() {
		return this.#said.ready;
	}

	/** The daemon's process; 0 where there is none. */
	get daemon() {
		return Number(this.#said.daemon ?? 0);
	}

	/** Where it is served with TLS. */
	get secure() {
		return this.#said.secure;
	}

	/**
	 * Has it do what a line of serve.py's input says, and waits for that.
	 * @param {string} line
	 */
	async does(line) {
		delete this.#said.done;
		this.child.stdin.write(`${line}\n`);
		ok(await this.said("done") === line, `it did ${line}`);
	}

	/** How many responses and sockets the daemon holds. */
	async held() {
		await this.does("held");
		return Number(this.#said.held);
	}

	/** Ends it and waits for that. */
	async stop() {
		this.child.stdin.end();
		await this.end;
	}
}
