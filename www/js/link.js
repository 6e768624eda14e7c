// @ts-check

/**
 * A link is the page's address with a capability in its fragment, which no
 * server log and no referrer ever sees: …/notewire/#w.<22 characters>.
 */

const TOKEN = /^[rwa]\.[A-Za-z0-9_-]{22}$/;
const BOARD = /^#b=([A-Za-z0-9_-]{22})$/;

/**
 * What the address bar's fragment asks for.
 * @param {string} hash	with its "#"
 * @returns {{ token: string } | { board: string } | null}
 */
export function hashParse(hash) {
	if (TOKEN.test(hash.slice(1)))
		return { token: hash.slice(1) };
	const board = BOARD.exec(hash);
	return board ? { board: board[1] } : null;
}

/**
 * A link as a person pastes it: the whole address, or only its end.
 * A link that belongs to another place is told apart, so that its token is
 * not handed to a service it was never meant for.
 *
 * @param {string} text
 * @param {string} base	the page's own address
 * @returns {{ token: string } | { elsewhere: string } | null}
 */
export function linkParse(text, base) {
	const bare = text.trim().replace(/^#/, "");
	if (TOKEN.test(bare))
		return { token: bare };

	const url = parseUrl(bare);
	const own = new URL(base);
	if (!url || !TOKEN.test(url.hash.slice(1)))
		return null;
	if (url.origin !== own.origin || url.pathname !== own.pathname)
		return { elsewhere: url.host };
	return { token: url.hash.slice(1) };
}

/**
 * The token at the end of a whole link.
 * @param {string} link
 */
export function linkToken(link) {
	return link.slice(link.lastIndexOf("#") + 1);
}

/**
 * The address to hand on.  It is made from where the page is, since that
 * address is known to work, whatever stands between page and service.
 * @param {string} token
 * @param {string} base
 */
export function linkMake(token, base) {
	const url = new URL(base);
	url.search = "";
	url.hash = token;
	return url.href;
}

/** @param {string} text */
function parseUrl(text) {
	try {
		return new URL(text);
	} catch {
		return null;
	}
}
