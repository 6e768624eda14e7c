// @ts-check

/**
 * The panels of a board, each made when it is opened first.
 *
 * @import { Actions } from "./actions.js"
 * @import { Live } from "./live.js"
 * @import { ShownLink } from "./types.js"
 */

import { apiLinks } from "./api.js";
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
	#parts;
	#log = new TraceLog();
	/** @type {Promise<import("./view_inspector.js").Inspector> | undefined} */
	#inspector;
	/** @type {Promise<import("./view_past.js").Past> | undefined} */
	#past;
	/** @type {Promise<import("./view_share.js").ShareView> | undefined} */
	#share;

	/** @param {PanelParts} parts */
	constructor(parts) {
		this.#parts = parts;
		parts.live.client.addEventListener("trace", (event) => this.#log.add(/** @type {any} */ (event)),
			{ signal: parts.closed });
	}

	/** @param {number} n	edits that are not sent */
	async unsent(n) {
		(await this.#inspector)?.show(n);
	}

	inspector() {
		const { live, closed } = this.#parts;

		return this.#inspector ??= lazy.inspector().then(({ Inspector }) => new Inspector(live, this.#log, closed));
	}

	past() {
		const { id, actions, closed } = this.#parts;

		return this.#past ??= lazy.past().then(({ Past }) => new Past(id, actions, closed));
	}

	share() {
		const { id, links, closed } = this.#parts;

		return this.#share ??= lazy.share().then(({ ShareView }) => new ShareView(links, apiLinks(id), closed));
	}
}
