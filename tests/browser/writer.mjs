/**
 * A second writer, whose changes pages must hear: each once, and in order.
 */

import { ok, same } from "./tap.mjs";

const BATCH = 5;

/** Somebody who writes notes, past every proxy. */
export class Writer {
	written = 0;
	#failure = null;

	/**
	 * @param {import("./world.mjs").World} world
	 * @param {object} board
	 * @param {number} count
	 * @param {string} name
	 */
	constructor(world, board, count = 300, name = "w") {
		Object.assign(this, { world, board, count, name });
	}

	texts() {
		return Array.from({ length: this.count }, (_, i) => `${this.name} ${i}`);
	}

	wrote(text) {
		return text?.startsWith(`${this.name} `) ?? false;
	}

	/**
	 * Writes as many of them more, a few at a time.
	 * @param {number} count
	 */
	async write(count = this.count - this.written) {
		const texts = this.texts().slice(this.written, this.written + count);
		while (texts.length > 0) {
			const ops = texts.splice(0, BATCH).map((text) => ({
				op: "put", id: this.world.id(), key: this.world.id(), if_match: "0", doc: { text },
			}));
			const { results } = await this.world.ask("POST", `boards/${this.board.id}/ops`,
				{ body: { ops }, token: this.board.tokens.write });
			ok(results.every((r) => r.status === 201), JSON.stringify(results));
			this.written += ops.length;
		}
	}

	/**
	 * Writes them all over so many seconds, meanwhile.
	 * @param {number} seconds
	 */
	begin(seconds) {
		const rounds = Math.ceil(this.count / BATCH);
		this.done = (async () => {
			for (let i = 0; i < rounds; i++) {
				await this.write(BATCH);
				await new Promise((resolve) => setTimeout(resolve, seconds * 1000 / rounds));
			}
		})().catch((error) => this.#failure = error);
		return this;
	}

	/** All of them are written. */
	async end() {
		await this.done;
		if (this.#failure)
			throw this.#failure;
		same(this.written, this.count, "what it wrote");
	}
}
