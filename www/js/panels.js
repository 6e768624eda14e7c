// @ts-check

/**
 * The panels of a board, each made when it is opened first.
 *
 * @import { Actions } from "./actions.js"
 * @import { Live } from "./live.js"
 * @import { ShownLink } from "./types.js"
 */

import { apiLinks } from "./api.js";
import { once } from "./late.js";
import { lazy } from "./lazy.js";
import { TraceLog } from "./tracelog.js";

/**
 * @typedef {object} PanelParts
 * @property {string} id	of the board
 * @property {Live} live
 * @property {Actions} actions
 * @property {ShownLink[]} links	those known in this window; grows
 * @property {AbortSignal} closed
 */

export class Panels {
	inspector;
	past;
	share;
	#log = new TraceLog();
	/** @type {import("./view_inspector.js").Inspector | undefined} */
	#inspector;

	/** @param {PanelParts} parts */
	constructor({ id, live, actions, links, closed }) {
		live.client.addEventListener("trace", (event) => this.#log.add(/** @type {any} */ (event)), { signal: closed });
		this.inspector = once(async () => {
			const { Inspector } = await lazy.inspector();
			return this.#inspector = new Inspector(live, this.#log, closed);
		});
		this.past = once(async () => {
			const { Past } = await lazy.past();
			return new Past(id, actions, closed);
		});
		this.share = once(async () => {
			const { ShareView } = await lazy.share();
			return new ShareView(links, apiLinks(id), closed);
		});
	}

	/** @param {number} n	edits that are not sent */
	unsent(n) {
		this.#inspector?.show(n);
	}
}
