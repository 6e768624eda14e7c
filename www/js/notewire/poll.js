// @ts-check

import { asking } from "./asking.js";

const PROOF_MS = 150;
const EVERY_MS = 4_000;

/**
 * Asks every few seconds: works wherever a page can be loaded at all.  Only
 * requests that are held, if for a moment, bring signals and keep a peer
 * present, and none with changes is; so after those it asks at once.
 */
export const poll = asking("poll", (round, took, more, link) => ({
	hold: round > 0 && !more && link.peer ? 1 : 0,
	rest: round === 0 || more || (link.peer && took === Infinity) ? 0 : round === 1 ? PROOF_MS : EVERY_MS * (0.75 + Math.random() / 2),
}));
