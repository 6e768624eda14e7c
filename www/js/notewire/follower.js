// @ts-check

/** @import { Change, PushClientOptions, Snapshot } from "./types.js" */

import { coreOptions } from "./address.js";
import { backoff } from "./backoff.js";
import { clock as realClock } from "./clock.js";
import { fire } from "./events.js";
import { changesPath, endOf, request } from "./http.js";
import { remember } from "./memory.js";
import { Reader } from "./reader.js";
import { Surface } from "./surface.js";

/** The part of a PushClient that is about its place in the log. */
export class Follower extends Surface {
	/** @type {Snapshot | null} */
	#snapshot = null;
	#rtt = 0;
	#reader;
	/** It asks for its place; what comes meanwhile waits. */
	#asks = false;
	/** @type {Change[]} */
	#early = [];
	#stop = new AbortController();
	/** Does not wait any longer. @protected */
	hurry = () => {};

	/** @param {PushClientOptions} options */
	constructor(options) {
		const { clock = realClock, root = globalThis.document?.documentElement, since = "" } = options;

		super(root);
		/** @protected */
		this.options = options;
		/** @protected */
		this.clock = clock;
		/** @protected */
		this.where = coreOptions(options);
		this.#reader = new Reader(since);
		this.addEventListener("transportchange", () => remember(options.storage, clock.wall(), this.transport));
	}

	get cursor() {
		return this.#reader.cursor;
	}

	get snapshot() {
		return this.#snapshot;
	}

	/** Milliseconds of a round trip, as measured last. */
	get rtt() {
		return this.#rtt;
	}

	/** It has its place. @protected */
	placed() {}

	/** For good, or until it connects again. @protected @param {string} reason */
	end(reason) {
		this.#asks = false;
		this.stop();
		this.enter("closed", reason);
	}

	/** Begins at the snapshot. @protected @param {string} [reset]	why it starts over */
	async fetch(reset) {
		this.#reader = new Reader("");
		const { body: snapshot, took } = await this.#ask(`boards/${this.where.board}`);
		if (!snapshot)
			return;
		this.#rtt = took;
		this.#snapshot = snapshot;
		this.#reader = new Reader(snapshot.last_seq);
		fire(this, "snapshot", { snapshot });
		if (reset)
			fire(this, "reset", { reason: reset, snapshot });
		this.placed();
		this.#goOn();
	}

	/** Others are further: reads what it has missed. @protected */
	async catchUp() {
		const { body } = await this.#ask(changesPath({ board: this.where.board }, "normal", this.cursor));

		body?.results.forEach((/** @type {Change} */ change) => this.#step(change));
		if (body?.reset)
			this.fetch(body.reset);
		else if (body?.pending)
			this.catchUp();
		else if (body)
			this.#goOn();
	}

	/** @protected @param {Change} change */
	take(change) {
		if (this.#asks)
			this.#early.push(change);
		else if (this.#step(change) === "gap")
			this.catchUp();
	}

	/** Asks for nothing any more. @protected */
	stop() {
		this.#stop.abort();
		this.hurry();
	}

	/** @param {Change} change */
	#step(change) {
		const step = this.#reader.take(change);

		if (step === "next")
			fire(this, "change", { id: change.seq, change });
		return step;
	}

	#goOn() {
		this.#asks = false;
		this.#early.splice(0).forEach((change) => this.take(change));
	}

	/**
	 * Again and again until there is an answer; of null once none is wanted.
	 * @param {string} path
	 */
	async #ask(path) {
		this.stop();
		this.#asks = true;
		const { signal } = this.#stop = new AbortController();
		for (let attempt = 0; !signal.aborted; attempt++)
			try {
				const answer = await request({ ...this.where, clock: this.clock }, path, { signal });
				if (!signal.aborted)
					return answer;
			} catch (error) {
				if (!signal.aborted)
					await this.#wait(signal, attempt, error);
			}
		return { body: null, took: 0 };
	}

	/** A client that has its place does not say that it waits. @param {AbortSignal} signal @param {number} attempt @param {unknown} error */
	async #wait(signal, attempt, error) {
		const { clean, reason = "", retry = 0 } = endOf(error);
		const ms = Math.max(retry, backoff(attempt, Math.random()));

		if (clean)
			return this.end(reason);
		if (!this.cursor)
			this.enter("waiting", reason || "no answer", ms);
		await new Promise((resolve) => {
			this.hurry = () => resolve(null);
			this.clock.set(this.hurry, ms);
		});
		if (!this.cursor && !signal.aborted)
			this.enter("connecting", "retry");
	}
}
