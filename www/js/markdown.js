// @ts-check

/**
 * Words with marks (Markdown) as elements.  Only the tokens of the lexer are
 * used: what an element is and what it may hold is decided here, all text
 * goes in as text, HTML in it too, and links lead only where links may.
 *
 * @import { Token, Tokens } from "../modules/marked/marked.js"
 */

import { Lexer } from "../modules/marked/marked.js";

/** Longer texts stand as they are written. */
const LONGEST = 20_000;
/** Deeper nesting is shown as text. */
const DEEPEST = 20;
const SCHEMES = ["http:", "https:", "mailto:"];

/**
 * @param {string} text
 * @returns {DocumentFragment | null}	null where it is to stand as it is
 */
export function markdownRead(text) {
	if (text.length > LONGEST)
		return null;
	try {
		const fragment = document.createDocumentFragment();
		fragment.append(...nodes(Lexer.lex(text, { gfm: true, breaks: true }), 0));
		return fragment;
	} catch {
		return null;		/* nested too deeply for the lexer itself */
	}
}

/** @param {Token[]} tokens @param {number} depth @returns {(Node | string)[]} */
function nodes(tokens, depth) {
	return tokens.map((token) => (depth > DEEPEST ? token.raw : node(/** @type {any} */ (token), depth + 1)));
}

/**
 * @param {any} token
 * @param {number} depth
 * @returns {Node | string}
 */
function node(token, depth) {
	const inside = () => (token.tokens ? nodes(token.tokens, depth) : [token.text]);

	switch (token.type) {
	case "space": case "def": return "";
	case "heading": return element(`h${Math.min(6, token.depth + 2)}`, inside());
	case "paragraph": return element("p", inside());
	case "blockquote": return element("blockquote", inside());
	case "hr": return element("hr", []);
	case "br": return element("br", []);
	case "code": return element("pre", [element("code", [token.text])]);
	case "codespan": return element("code", [token.text]);
	case "strong": case "em": case "del": return element(token.type, inside());
	case "list": return list(token, depth);
	case "table": return table(token, depth);
	case "link": return link(token.href, inside());
	case "image": return link(token.href, [token.text || token.href]);
	case "checkbox": return "";
	case "text": return token.tokens ? element("span", inside()) : token.text;
	case "escape": return token.text;
	default: return token.raw;
	}
}

/** @param {Tokens.List} token @param {number} depth */
function list({ ordered, start, items }, depth) {
	const made = element(ordered ? "ol" : "ul", items.map((item) => {
		const line = element("li", []);
		if (item.task) {
			const box = document.createElement("input");
			box.type = "checkbox";
			box.disabled = true;
			box.checked = item.checked === true;
			box.setAttribute("aria-label", item.text.slice(0, 80));
			line.append(box);
		}
		line.append(...nodes(item.tokens, depth));
		return line;
	}));

	if (made instanceof HTMLOListElement && typeof start === "number")
		made.start = start;
	return made;
}

/** @param {Tokens.Table} token @param {number} depth */
function table({ header, rows }, depth) {
	const row = (/** @type {Tokens.TableCell[]} */ cells, /** @type {string} */ name) =>
		element("tr", cells.map((cell) => element(name, nodes(cell.tokens, depth))));

	return element("table", [element("thead", [row(header, "th")]), element("tbody", rows.map((r) => row(r, "td")))]);
}

/** @param {string} href @param {(Node | string)[]} inside */
function link(href, inside) {
	if (!allowed(href))
		return element("span", inside);
	const made = document.createElement("a");
	made.href = href;
	made.target = "_blank";
	made.rel = "noopener noreferrer nofollow ugc";
	made.append(...inside);
	return made;
}

/** @param {string} href	whole addresses only, for a relative one leads into the page */
function allowed(href) {
	try {
		return SCHEMES.includes(new URL(href).protocol);
	} catch {
		return false;
	}
}

/** @param {string} name @param {(Node | string)[]} inside */
function element(name, inside) {
	const made = document.createElement(name);

	made.append(...inside);
	return made;
}
