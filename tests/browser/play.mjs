/**
 * The library's chooser, played with a clock of the test's own.
 */

import { fakeClock } from "./fake_clock.mjs";

const { Chooser } = await import(new URL("../../www/js/notewire/chooser.js", import.meta.url).href);

export const ALL = ["websocket", "eventsource", "longpoll", "htmlfile", "poll"];

/** A chooser with a clock; `log` is what it did, `at` when. */
export class Play {
	log = [];
	out = new Map();
	clock = fakeClock();
	/** Until when it waits, as it said last. */
	retryAt = Infinity;

	constructor(names = ALL, random = () => 0) {
		this.names = names;
		this.chooser = new Chooser(random, this.clock, {
			open: (id, name) => {
				this.out.set(id, name);
				this.#note("open", name);
			},
			close: (id) => {
				this.#note("close", this.out.get(id));
				this.out.delete(id);
			},
			deliver: (id) => this.#note("deliver", this.out.get(id)),
			ping: () => this.#note("ping", null),
			enter: (state, reason, retryIn) => {
				this.#note("state", state);
				this.retryAt = this.now + (retryIn ?? Infinity);
			},
		});
	}

	#note(what, of) {
		this.log.push([this.now, what, of]);
	}

	get now() {
		return this.clock.at;
	}

	do(act) {
		act(this.chooser);
		return this;
	}

	/** Lets time pass, as a timer that is on time does. */
	until(at) {
		this.clock.until(at);
		return this;
	}

	/** The newest of that name that is open. */
	id(name) {
		return [...this.out].findLast(([, n]) => n === name)?.[0];
	}

	start(known) {
		return this.do((c) => c.start(this.names, known));
	}

	prove(name) {
		const id = this.id(name);
		return this.do((c) => c.heard(id)).do((c) => c.proven(id));
	}

	beat(name) {
		const id = this.id(name);
		return this.do((c) => c.heard(id));
	}

	/** Alive by its heartbeat until then. */
	live(name, at) {
		for (let n = this.now + 15_000; n < at; n += 15_000)
			this.until(n).beat(name);
		return this.until(at);
	}

	end(name, reason = "broken", retry = 0) {
		const id = this.id(name);
		this.out.delete(id);
		return this.do((c) => c.ended(id, reason, retry));
	}

	/** What was opened since, and when. */
	opened() {
		const opened = this.log.filter(([, what]) => what === "open").map(([at, , name]) => [at, name]);
		this.log = [];
		return opened;
	}

	get open() {
		return [...this.out.values()];
	}
}
