// @ts-check

/**
 * Strokes of a sketch, and how they travel while it is drawn: a binary signal
 *
 *	"S" 1, the note's id (16 bytes), the sketch (4), a stroke (2),
 *	what (1), colour (1), width (1), and points of 2 + 2 bytes,
 *
 * numbers with the high byte first, points in 65,536ths of the paper.  Pure.
 */

export const WHAT = /** @type {const} */ ({ points: 0, undo: 1, end: 2 });
const MARK = [0x53, 1];
const HEAD = 2 + 16 + 4 + 2 + 3;
/** What a signal may hold, with room for its own head. */
const MOST_POINTS = 3_000;
const SCALE = 65_535;

/** @typedef {{ color: number, width: number, points: [number, number][] }} Stroke	points from 0 to 1 */
/**
 * @typedef {object} StrokeMessage
 * @property {string} note
 * @property {number} sketch	tells those of one note apart
 * @property {number} stroke
 * @property {number} what	of WHAT
 * @property {number} color
 * @property {number} width
 * @property {[number, number][]} points
 */

/** @param {StrokeMessage} message @returns {ArrayBuffer} */
export function strokePack({ note, sketch, stroke, what, color, width, points }) {
	const some = points.slice(0, MOST_POINTS);
	const view = new DataView(new ArrayBuffer(HEAD + 4 * some.length));
	const id = atob(note.replaceAll("-", "+").replaceAll("_", "/"));

	MARK.forEach((byte, n) => view.setUint8(n, byte));
	for (let n = 0; n < 16; n++)
		view.setUint8(2 + n, id.charCodeAt(n));
	view.setUint32(18, sketch);
	view.setUint16(22, stroke);
	[what, color, width].forEach((byte, n) => view.setUint8(24 + n, byte));
	some.forEach(([x, y], n) => {
		view.setUint16(HEAD + 4 * n, clamp(x) * SCALE);
		view.setUint16(HEAD + 4 * n + 2, clamp(y) * SCALE);
	});
	return view.buffer;
}

/** @param {unknown} data @returns {StrokeMessage | null}	null where it is none */
export function strokeUnpack(data) {
	if (!(data instanceof ArrayBuffer) || data.byteLength < HEAD || (data.byteLength - HEAD) % 4 !== 0)
		return null;
	const view = new DataView(data);
	if (MARK.some((byte, n) => view.getUint8(n) !== byte))
		return null;
	const id = String.fromCharCode(...new Uint8Array(data, 2, 16));
	/** @type {[number, number][]} */
	const points = [];

	for (let at = HEAD; at < data.byteLength; at += 4)
		points.push([view.getUint16(at) / SCALE, view.getUint16(at + 2) / SCALE]);
	return {
		note: btoa(id).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", ""),
		sketch: view.getUint32(18), stroke: view.getUint16(22),
		what: view.getUint8(24), color: view.getUint8(25), width: view.getUint8(26), points,
	};
}

/**
 * What comes of a message.
 * @param {Map<number, Stroke>} strokes	by number; grows and shrinks
 * @param {StrokeMessage} message
 */
export function strokesTake(strokes, { what, stroke, color, width, points }) {
	const known = strokes.get(stroke);

	if (what === WHAT.undo)
		strokes.delete(stroke);
	else if (what === WHAT.points && known)
		known.points.push(...points);
	else if (what === WHAT.points)
		strokes.set(stroke, { color, width, points: [...points] });
}

/** @param {number} n */
function clamp(n) {
	return Math.min(1, Math.max(0, n));
}
