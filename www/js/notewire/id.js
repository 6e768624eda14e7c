// @ts-check

/** 128 random bits, as the service writes them. */
export function randomId() {
	return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
		.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
