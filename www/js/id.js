// @ts-check

/**
 * A fresh id: 128 random bits as 22 characters of base64url.  Notes, items
 * and idempotency keys all have this shape.
 */
export function idNew() {
	const bytes = crypto.getRandomValues(new Uint8Array(16));
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
