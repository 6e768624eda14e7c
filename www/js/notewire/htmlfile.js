// @ts-check

import { changesPath, endOf } from "./http.js";
import { ticketed } from "./link.js";
import { tellLine } from "./messages.js";

/** @import { Feed } from "./types.js" */

/** Around each batch: the script's tags, its nonce and the call. */
const BATCH_BYTES = 100;

/**
 * The forever frame: scripts of a document without end call its parent.  That
 * is a frame of its own for each line, so that no two share one callback.
 * @type {Feed}
 */
export async function htmlfile(link, sink, signal) {
	const outer = document.createElement("iframe");
	let { since } = link;

	/** @param {any} line @param {number} at	in its batch */
	function take(line, at) {
		since = line.seq ?? line.last_seq ?? since;
		if (line.event === "open")
			sink.open();
		if (line.event === "end" && line.reason === "size")
			link.clock.set(load, 0);
		else
			tellLine(sink, line, at ? 1 : BATCH_BYTES);
	}

	async function load() {
		try {
			const url = await ticketed(link, link.api + changesPath(link, "htmlfile", since), signal);
			const inner = /** @type {Document} */ (outer.contentDocument).createElement("iframe");
			inner.src = url.href;
			/* It ends without a word, or is no such document. */
			inner.onload = () => inner.isConnected && sink.end({ code: 1006 });
			outer.contentDocument?.body.replaceChildren(inner);
		} catch (error) {
			sink.end(endOf(error));
		}
	}

	signal.addEventListener("abort", () => outer.remove());
	outer.hidden = true;
	document.documentElement.append(outer);
	Object.assign(outer.contentWindow ?? {}, { notewire: (/** @type {any[]} */ lines) => lines.forEach(take) });
	await load();
}
