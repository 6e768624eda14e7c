// @ts-check

/**
 * The only file that asks by HTTP.  No call repeats itself.
 *
 * @import { End, Link, Problem } from "./types.js"
 */

/** Longer than any answer takes to begin that is not held on purpose. */
const PATIENCE_MS = 20_000;
/** Of a request, what no page can see: its line's rest and usual fields. */
const REQUEST_BYTES = 350;

/** A refusal (RFC 9457), or status 0: no answer, or none of the service's. */
export class NotewireError extends Error {
	/**
	 * @param {number} status
	 * @param {Problem} problem
	 * @param {number} retry	milliseconds
	 */
	constructor(status = 0, problem = {}, retry = 0) {
		super(problem.detail || problem.title || "The service did not answer");
		this.name = "NotewireError";
		this.status = status;
		this.problem = problem;
		this.retry = retry;
	}

	/** Its name in the list of problems, "" for what is none of the service's. */
	get slug() {
		return this.problem.type?.replace("urn:notewire:", "") ?? "";
	}

	/** May the same succeed in a while? */
	get passing() {
		return [0, 408, 429].includes(this.status) || this.slug === "busy"
			|| (this.status >= 500 && this.slug === "");
	}
}

/**
 * A refusal in a WebSocket's words; a clean end is final.
 * @param {unknown} error
 * @returns {End}
 */
export function endOf(error) {
	const { status, slug, retry, passing } = error instanceof NotewireError ? error : new NotewireError();
	const final = { 401: 4401, 403: 4403, 404: 4404, 410: 4404 }[status];

	if (final && slug)
		return { code: final, reason: slug, clean: true };
	return { code: status && passing ? 1013 : 1006, reason: slug, retry };
}

/**
 * @typedef {object} Ask
 * @property {string | ArrayBuffer} [body]	text is JSON
 * @property {AbortSignal} [signal]
 * @property {number} [hold]	milliseconds that the answer may be held
 * @property {string} [accept]	JSON if not given
 */

/**
 * An answer of another type than asked for counts as none: hotel networks say
 * 200 too.
 * @param {Pick<Link, "api" | "token" | "clock">} link
 * @param {string} path	below the API
 * @param {Ask} ask
 * @returns {Promise<{ body: any, cost: number, took: number }>}	what it holds: JSON, or a stream; took: milliseconds
 * @throws {NotewireError}
 */
export async function request({ api, token, clock }, path, { body, signal, hold = 0, accept = "application/json" } = {}) {
	const stop = new AbortController();
	const halt = () => stop.abort();
	const timer = clock.set(halt, PATIENCE_MS + hold);
	const begun = clock.now();

	signal?.addEventListener("abort", halt);
	try {
		signal?.throwIfAborted();
		const answer = await fetch(api + path, {
			method: body === undefined ? "GET" : "POST", body, cache: "no-store", signal: stop.signal,
			headers: {
				Accept: accept,
				...body !== undefined && { "Content-Type": typeof body === "string" ? accept : "application/octet-stream" },
				...token && { Authorization: `Bearer ${token}` },
			},
		}).finally(() => clock.clear(timer));
		const type = answer.headers.get("Content-Type") ?? "";
		if (!answer.ok)
			throw await refusal(answer, type, clock.wall());
		if (answer.status !== 204 && !type.startsWith(accept))
			throw new NotewireError();
		return { body: type.includes("json") ? await answer.json() : answer.body,
			cost: costOf(answer), took: clock.now() - begun };
	} catch (error) {
		throw error instanceof NotewireError ? error : new NotewireError();
	}
}

/**
 * @param {Pick<Link, "board" | "peer">} link
 * @param {string} feed
 * @param {string} since
 */
export function changesPath({ board, peer }, feed, since) {
	return `boards/${board}/changes?feed=${feed}&since=${since}${peer ? `&peer=${peer}` : ""}`;
}

/**
 * What an exchange costs beside its bodies: an estimate, since pages see
 * neither what they send nor how it is packed.
 * @param {Response} answer
 */
function costOf({ url, headers }) {
	return REQUEST_BYTES + url.length + [...headers].join(" \r\n").length;
}

/**
 * @param {Response} answer
 * @param {string} type
 * @param {number} wall
 */
async function refusal(answer, type, wall) {
	const after = answer.headers.get("Retry-After") ?? "";
	const ms = Number(after) * 1000 || Date.parse(after) - wall;
	const problem = type.includes("json") ? await answer.json().catch(() => ({})) : {};

	return new NotewireError(answer.status, problem, Math.max(0, ms) || 0);
}
