/**
 * Runs claims and prints TAP; a claim that throws fails.  An argument to the
 * test program names the claims to run, by a part of their names.
 */

import process from "node:process";

/** @param {Record<string, () => Promise<void> | void>} claims */
export async function tap(claims) {
	const names = Object.keys(claims).filter((n) => n.includes(process.argv[2] ?? ""));
	let number = 0;
	let failed = 0;

	console.log(`1..${names.length}`);
	for (const name of names) {
		number++;
		try {
			await claims[name]();
			console.log(`ok ${number} - ${name}`);
		} catch (error) {
			console.log(`not ok ${number} - ${name}`);
			failed++;
			console.log(String(error?.stack ?? error).replace(/^/gm, "# "));
		}
	}
	process.exitCode = failed > 0 ? 1 : 0;
}

/**
 * @param {unknown} condition
 * @param {string} what	said when it does not hold
 */
export function ok(condition, what) {
	if (!condition)
		throw new Error(`not so: ${what}`);
}

/**
 * @param {unknown} got
 * @param {unknown} wanted	compared as JSON
 * @param {string} what
 */
export function same(got, wanted, what) {
	const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)];
	if (a !== b)
		throw new Error(`${what}: got ${a}, wanted ${b}`);
}

/**
 * Waits until `probe` gives something true, and returns that.
 * @template T
 * @param {() => Promise<T> | T} probe
 * @param {string} what
 * @param {number} seconds
 */
export async function until(probe, what, seconds = 10) {
	const end = performance.now() + seconds * 1000;
	for (;;) {
		const value = await probe();
		if (value)
			return value;
		if (performance.now() > end)
			throw new Error(`waited ${seconds} s for: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

/**
 * Waits until `probe` gives what is wanted: a page draws when it comes to it.
 * @param {() => unknown} probe	may fail meanwhile, as while a page is left
 * @param {unknown} wanted	compared as JSON
 * @param {string} what
 */
export async function becomes(probe, wanted, what) {
	const text = JSON.stringify(wanted);
	const end = performance.now() + 10_000;

	for (;;) {
		const got = await Promise.resolve(probe()).then(JSON.stringify, String);
		if (got === text)
			return;
		if (performance.now() > end)
			throw new Error(`${what}: got ${got}, wanted ${text}`);
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

/**
 * The same claims, so many at a time.  They are said in their order.
 * @param {Record<string, () => Promise<void>>} claims
 * @param {number} lanes
 */
export function beside(claims, lanes = 4) {
	const waiting = Object.entries(claims).filter(([n]) => n.includes(process.argv[2] ?? ""));
	const results = {};
	const settle = {};

	for (const [name] of waiting)
		results[name] = new Promise((resolve) => settle[name] = resolve);
	async function lane() {
		for (let next = waiting.shift(); next; next = waiting.shift()) {
			const [name, claim] = next;
			settle[name](await claim().then(() => null, (error) => error));
		}
	}
	let begun = false;
	return Object.fromEntries(Object.keys(claims).map((name) => [name, async () => {
		for (let i = begun ? lanes : 0; i < lanes; i++)
			lane();
		begun = true;
		const error = await results[name];
		if (error)
			throw error;
	}]));
}
