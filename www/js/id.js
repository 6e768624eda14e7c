// @ts-check

/** @param {number} n */
function randomText(n) {
	const bytes = crypto.getRandomValues(new Uint8Array(n));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** A fresh id of a note or item: 128 random bits as 22 characters of base64url. */
export function idNew() {
	return randomText(16);
}

/**
 * A fresh idempotency key: the time, so that keys of one moment lie side by
 * side in the store, and 72 random bits.
 */
export function keyNew() {
	return Date.now().toString(16).padStart(11, "0") + "-" + randomText(9);
}
