// @ts-check

/**
 * The only file that asks by HTTP.  No call repeats itself.
 *
 * @import { End, Link, Problem } from "./types.js"
 */

/** Longer than any answer takes that is not held on purpose. */
export const PATIENCE_MS = 20_000;
/** The closes that nothing follows. */
export const FINAL = [4401, 4403, 4404];
/** Of a request, what no page can see: its line's rest and usual fields. */
const REQUEST_BYTES = 350;

/** A refusal (RFC 9457), or status 0: no answer, or none of the service's. */
export class NotewireError extends Error {
	/**
	 * @param {number} status
	 * @param {Problem} problem
	 * @param {number} retry	milliseconds
	 */
	constructor(status, problem = {}, retry = 0) {
		super(problem.detail || problem.title || "The service did not answer");
		this.name = "NotewireError";
		this.status = status;
		this.problem = problem;
		this.retry = retry;
	}

	/** Its name in the list of problems, "" for what is none of the service's. */
	get slug() {
		return (this.problem.type ?? "").replace(/^urn:notewire:/, "");
	}

	/** May the same succeed in a while? */
	get passing() {
		return [0, 408, 429].includes(this.status) || this.slug === "busy"
			|| (this.status >= 500 && this.slug === "");
	}
}

/**
 * @typedef {object} Ask
 * @property {string} [method]
 * @property {string | ArrayBuffer} [body]	text is JSON
 * @property {AbortSignal} [signal]
 * @property {number} [patience]	milliseconds until the answer begins
 * @property {string} [accept]
 */

/**
 * @param {Link} link
 * @param {string} path	below the API
 * @param {Ask} ask
 * @returns {Promise<Response>}	a good one, else it throws a NotewireError
 */
export async function request(link, path, ask = {}) {
	const { method = ask.body === undefined ? "GET" : "POST", body } = ask;
	const stop = new AbortController();
	const halt = () => stop.abort();
	const timer = link.clock.set(halt, ask.patience ?? PATIENCE_MS);
	const headers = new Headers({ Accept: ask.accept ?? "application/json" });

	if (body !== undefined)
		headers.set("Content-Type", typeof body === "string" ? "application/json" : "application/octet-stream");
	if (link.token)
		headers.set("Authorization", `Bearer ${link.token}`);
	ask.signal?.addEventListener("abort", halt);
	if (ask.signal?.aborted)
		halt();
	try {
		const answer = await fetch(link.api + path,
			{ method, headers, body, cache: "no-store", signal: stop.signal });
		if (!answer.ok)
			throw await refusal(answer, link.clock.wall());
		return answer;
	} catch (error) {
		throw error instanceof NotewireError ? error : new NotewireError(0);
	} finally {
		link.clock.clear(timer);
	}
}

/**
 * The same, for JSON.  Anything else counts as no answer: hotel networks say
 * 200 too.
 * @param {Link} link
 * @param {string} path
 * @param {Ask} [ask]
 * @returns {Promise<{ body: any, cost: number }>}
 */
export async function requestJSON(link, path, ask) {
	const answer = await request(link, path, ask);

	if (answer.status === 204)
		return { body: null, cost: headCost(answer) };
	if (!isJSON(answer))
		throw new NotewireError(0);
	try {
		return { body: await answer.json(), cost: headCost(answer) };
	} catch {
		throw new NotewireError(0);
	}
}

/**
 * A ticket's parameter for what can send no header; "" where a cookie does.
 * @param {Link} link
 * @param {AbortSignal} [signal]
 */
export async function ticket(link, signal) {
	if (!link.token)
		return "";
	const { body } = await requestJSON(link, "tickets",
		{ body: JSON.stringify({ board: link.board }), signal });
	return `&ticket=${body.ticket}`;
}

/**
 * @param {Link} link
 * @param {string} feed
 * @param {string} since
 */
export function changesPath(link, feed, since) {
	return `boards/${link.board}/changes?feed=${feed}&since=${since}`
		+ (link.peer ? `&peer=${link.peer}` : "");
}

/**
 * What an exchange costs beside its bodies: an estimate, since pages see
 * neither what they send nor how it is packed.
 * @param {Response} answer
 */
export function headCost(answer) {
	let bytes = REQUEST_BYTES + answer.url.length;
	answer.headers.forEach((value, name) => {
		bytes += name.length + value.length + 4;
	});
	return bytes;
}

/**
 * A refusal in a WebSocket's words.
 * @param {unknown} error
 * @returns {End}
 */
export function endOf(error) {
	const { status, slug, retry, passing } = error instanceof NotewireError
		? error : new NotewireError(0);
	const final = { 401: 4401, 403: 4403, 404: 4404, 410: 4404 }[status];

	if (final && slug)
		return { code: final, reason: slug, clean: true };
	return { code: status && passing ? 1013 : 1006, reason: slug, retry };
}

/** @param {Response} answer */
function isJSON(answer) {
	return /[/+]json\b/.test(answer.headers.get("Content-Type") ?? "");
}

/**
 * @param {Response} answer
 * @param {number} wall
 */
async function refusal(answer, wall) {
	const after = answer.headers.get("Retry-After") ?? "";
	const ms = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - wall;
	const problem = isJSON(answer) ? await answer.json().catch(() => ({})) : {};

	return new NotewireError(answer.status, problem, Math.max(0, ms) || 0);
}
