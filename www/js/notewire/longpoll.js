// @ts-check

import { asking } from "./asking.js";

const HOLD_MS = 25_000;
/** The second answer, held for so long, is the proof. */
const PROOF_MS = 150;
/** An empty answer sooner than this was not held: the service is full. */
const HELD_MS = 1_000;
const FULL_PAUSE_MS = 4_000;

/** One request is held until something happens, then the next. */
export const longpoll = asking("longpoll", (round, took, more) => ({
	hold: round === 0 || more ? 0 : round === 1 ? PROOF_MS : HOLD_MS,
	rest: round > 2 && took < HELD_MS ? FULL_PAUSE_MS : 0,
}));
