// @ts-check

/**
 * The order that people give to notes.  Pure.
 *
 * @import { Note } from "./types.js"
 */

/**
 * What must change so that a note comes to stand behind another: where two
 * stand at one place, those on the side that has fewer make room.
 * @param {readonly Note[]} notes	in order
 * @param {string} id
 * @param {string | null} after	another; null: to the front
 * @returns {{ id: string, pos: number }[]}	none where it stands so, or cannot
 */
export function orderMove(notes, id, after) {
	const moved = notes.find((n) => n.id === id);
	const before = notes.findIndex((n) => n.id === id) - 1;
	if (!moved || after === id || (notes[before]?.id ?? null) === after)
		return [];
	/* A pinned note stays among the pinned, and others below them. */
	const peers = notes.filter((n) => n.pinned === moved.pinned && n.id !== id);
	const others = notes.filter((n) => n.id !== id);
	const place = others.findIndex((n) => n.id === after) + 1;
	const at = others.slice(0, place).filter((n) => n.pinned === moved.pinned).length;
	const [low, high] = [peers[at - 1]?.pos, peers[at]?.pos];

	if (low === undefined && high === undefined)
		return [];
	if (low === undefined || high === undefined)
		return [{ id, pos: low === undefined ? high - 1 : low + 1 }];
	const pos = (low + high) / 2;
	if (low < pos && pos < high)
		return [{ id, pos }];
	return at <= peers.length - at
		? room([...peers.slice(0, at), moved].reverse(), high, -1) : room([moved, ...peers.slice(at)], low, 1);
}

/**
 * Each of them one step further than the one before, as far as it must.
 * @param {readonly Note[]} notes	away from the place
 * @param {number} from
 * @param {1 | -1} step
 */
function room(notes, from, step) {
	const changes = [];
	let last = from;

	for (const [n, { id, pos }] of notes.entries()) {
		if (n > 0 && (pos - last) * step > 0)
			break;
		last += step;
		changes.push({ id, pos: last });
	}
	return changes;
}

/**
 * Where a new note stands: above all others, as one without a place does.
 * @param {Iterable<Note>} notes
 */
export function orderFirst(notes) {
	const lowest = Math.min(0, ...[...notes].filter((n) => !n.pinned).map((n) => n.pos));
	return lowest < 0 ? lowest - 1 : 0;
}
