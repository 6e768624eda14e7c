// @ts-check

/** Which transport won here last, for half an hour. */
const MEMORY_MS = 1_800_000;
const KEY = "notewire-transport";

/**
 * @import { Memory } from "./types.js"
 * @param {Memory | undefined} storage
 * @param {number} wall
 * @returns {string}	"" for none
 */
export function recall(storage, wall) {
	try {
		const { name, at } = JSON.parse((storage ?? localStorage).getItem(KEY) ?? "");
		return wall >= at && wall - at < MEMORY_MS ? name : "";
	} catch {
		return "";
	}
}

/**
 * @param {Memory | undefined} storage
 * @param {number} wall
 * @param {string} name	"" changes nothing
 */
export function remember(storage, wall, name) {
	try {
		if (name)
			(storage ?? localStorage).setItem(KEY, JSON.stringify({ name, at: wall }));
	} catch {
		/* it may be full, or forbidden */
	}
}
