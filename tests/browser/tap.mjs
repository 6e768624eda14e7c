/**
 * Runs claims and prints TAP.  A claim that throws fails; one that throws a
 * Skip is skipped with its reason.
 */

export class Skip extends Error {}

/** @param {Record<string, () => Promise<void> | void>} claims */
export async function tap(claims) {
	const names = Object.keys(claims);
	let number = 0;
	let failed = 0;

	console.log(`1..${names.length}`);
	for (const name of names) {
		number++;
		try {
			await claims[name]();
			console.log(`ok ${number} - ${name}`);
		} catch (error) {
			const skipped = error instanceof Skip;
			console.log(skipped ? `ok ${number} - ${name} # SKIP ${error.message}`
				: `not ok ${number} - ${name}`);
			if (skipped)
				continue;
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
