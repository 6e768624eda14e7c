// @ts-check

/**
 * Which transport to use, and when.  It is told what happens, and says what is
 * to be done; it knows no browser, and no time or chance but what it is given.
 *
 * In a round transports are opened from the best one down, each beside those
 * before, until one is proven or none is left.  The first that is proven
 * delivers.  While a lesser one does, the better ones are tried again now and
 * then, beside it.
 *
 * @import { State, TransportName, Try } from "./types.js"
 */

import { climbIn } from "./backoff.js";
import { NEXT_MS, Rounds } from "./rounds.js";

const FIRST_MIN_MS = 1_500;
const FIRST_MAX_MS = 4_000;
const PROBE_MS = 3_000;
const LASTING_MS = 30_000;
/** A proof that dies so soon proved nothing: it was held back, and flushed. */
const HOLDS_MS = 1_000;

export class Chooser extends Rounds {
	/**
	 * @param {TransportName[]} names	best first, at least one
	 * @param {{ rtt?: number, remembered?: any }} known	milliseconds; one of them
	 */
	start(names, { rtt = 0, remembered } = {}) {
		this.names = names;
		this.firstMs = Math.min(FIRST_MAX_MS, Math.max(FIRST_MIN_MS, 4 * rtt || FIRST_MAX_MS));
		this.from = Math.max(0, names.indexOf(remembered));
		this.takenAt = this.clock.now();
		this.begin("start");
	}

	/** The second, separate beat came. @param {number} id */
	proven(id) {
		const one = this.tries.get(id);

		if (!one || one.provenAt)
			return;
		one.provenAt = this.clock.now();
		this.current = one;
		this.timers.drop("walk");
		this.doer.deliver(id, one.why);
		for (const other of this.tries.values())
			if (other !== one && other.rank >= one.rank)
				this.drop(other.id);
		if (this.from !== one.rank)
			this.takenAt = one.provenAt;
		this.from = one.rank;
		this.planClimb();
		this.enter("open", one.why);
	}

	/**
	 * @override
	 * @param {number} id
	 * @param {string} reason	"moved" is nobody's fault: the tab that it ran in has gone
	 * @param {number} [retry]
	 */
	ended(id, reason, retry) {
		const one = this.tries.get(id);

		if (!one)
			return;
		if (reason === "moved" && one === (this.current ?? one))
			return this.begin(reason);
		const lived = one.provenAt && this.clock.now() - one.provenAt;
		if (lived >= HOLDS_MS)
			this.strikes[one.rank] = 0;
		else if (!one.probes)
			this.strikes[one.rank] = (this.strikes[one.rank] ?? 0) + 1;
		if (lived >= LASTING_MS)
			this.attempt = 0;
		if (one === this.current)
			return this.lost(one, reason, retry);
		if (this.last === id)
			this.next();
		super.ended(id, reason, retry);
	}

	/** Time has jumped, or somebody looks: is it still there? @override @param {string} why */
	wake(why) {
		const tries = [...this.tries.values()];

		super.wake(why);
		tries.forEach(({ id }) => this.heard(id));
		if (!this.current)
			return;
		const { id, rank } = this.current;
		this.timers.set(id, PROBE_MS, () => this.begin("no answer"));
		this.why = why;
		if (this.names[rank] === "websocket")
			this.doer.ping();
		else if (!tries.some(({ probes }) => probes))
			this.open(rank, true);
	}

	/** That there is no network is only a hint: what still works is not given up. @param {boolean} online */
	online(online) {
		this.isOnline = online;
		if (online) {
			this.strikes = [];
			this.wake("online");
			if (this.current?.rank)
				this.go(0);
		} else if (this.state === "waiting") {
			this.enter("offline", "offline", this.retryAt - this.clock.now());
		} else {
			this.wake("offline");
		}
	}

	/** Lets go of all until `start` or `wake`; "closed" is for good. @param {string} reason @param {State} [state] */
	rest(reason, state = "waiting") {
		if (this.state === "idle" || this.state === "closed")
			return;
		this.clear();
		this.enter(state, reason);
	}

	/** @param {Try} one @param {string} reason @param {number} [retry] */
	lost({ id, rank }, reason, retry) {
		this.drop(id);
		this.current = undefined;
		this.timers.drop("climb");
		this.rank = rank;
		this.last = Math.max(...this.tries.keys());
		this.why = reason;
		if (!this.tries.size)
			return this.wait(reason, retry);
		this.timers.set("walk", NEXT_MS, () => this.next(true));
		this.enter("connecting", reason);
	}

	planClimb() {
		this.timers.drop("climb");
		if (this.from)
			this.timers.set("climb", climbIn(this.clock.now() - this.takenAt), () => {
				this.planClimb();
				this.why = "climb";
				this.go(0);
			});
	}
}
