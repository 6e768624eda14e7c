// @ts-check

/** @import { Op, Problem, Result } from "./types.js" */

import { NotewireError } from "./http.js";
import { randomId } from "./id.js";

/** The promises of operations that are not acknowledged yet. */
export class Asked {
	/** @type {Map<string, { op: Op, resolve: (result: Result) => void, reject: (error: Error) => void }>} */
	#all = new Map();

	/** In order. */
	get ops() {
		return [...this.#all.values()].map(({ op }) => op);
	}

	/**
	 * @param {Op} op
	 * @param {(whole: Op) => void} publish	with its key
	 * @returns {Promise<Result>}
	 */
	add(op, publish) {
		const key = op.key ?? randomId();

		return new Promise((resolve, reject) => {
			this.#all.set(key, { op: { ...op, key }, resolve, reject });
			publish({ ...op, key });
		});
	}

	/** @param {{ key: string, result: Result | null, problem?: Problem }} done */
	done({ key, result, problem }) {
		const one = this.#all.get(key);
		const told = result?.problem ?? problem;

		this.#all.delete(key);
		if (result && result.status < 300)
			one?.resolve(result);
		else
			one?.reject(new NotewireError(result?.status ?? told?.status ?? 0, told));
	}

	/** @param {Problem} problem */
	fail(problem) {
		for (const key of this.#all.keys())
			this.done({ key, result: null, problem });
	}
}
