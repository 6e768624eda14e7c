// @ts-check

/**
 * Who is on a board and who is typing where, from what they tell of
 * themselves.  Pure.
 */

/** A signal says that somebody types; without another it is over then. */
export const TYPING_MS = 5_000;
const NAME_LENGTH = 40;

/** @typedef {{ id: string, name: string }} Person */
/** @typedef {{ note: string, until: number }} Typing */

/**
 * @typedef {object} People
 * @property {string} you	one's own id; "" until it is told
 * @property {number} count	of all, also of those that are not told
 * @property {ReadonlyMap<string, Person>} others	by id, as far as they are told
 * @property {ReadonlyMap<string, Typing>} typing	by id
 */

/** @type {People} */
export const NOBODY = { you: "", count: 0, others: new Map(), typing: new Map() };

/**
 * @param {People} people
 * @param {{ you?: string, count: number, peers?: Peer[], changed?: Peer[], left?: string[] }} told
 * @returns {People}
 */
export function peopleTold(people, told) {
	const you = told.you ?? people.you;
	const others = new Map(told.peers ? [] : people.others);
	const typing = new Map(people.typing);

	for (const id of told.left ?? []) {
		others.delete(id);
		typing.delete(id);
	}
	for (const { peer, data } of [...told.peers ?? [], ...told.changed ?? []])
		others.set(peer, { id: peer, name: nameOf(data) });
	others.delete(you);
	return { you, count: told.count, others, typing };
}
/** @typedef {{ peer: string, data: any }} Peer */

/**
 * @param {People} people
 * @param {string} from
 * @param {string} note	"" when somebody has stopped
 * @param {number} now
 * @returns {People}
 */
export function peopleTyping(people, from, note, now) {
	const typing = new Map([...people.typing].filter(([id, { until }]) => id !== from && until > now));

	if (note)
		typing.set(from, { note, until: now + TYPING_MS });
	return { ...people, typing };
}

/** @param {People} people @param {number} now @returns {Map<string, Person[]>}	who types in each note */
export function typersByNote({ typing, others }, now) {
	/** @type {Map<string, Person[]>} */
	const map = new Map();

	for (const [id, { note, until }] of typing)
		if (until > now)
			map.set(note, [...map.get(note) ?? [], others.get(id) ?? { id, name: "" }]);
	return map;
}

/** @param {any} data	what somebody tells of themselves @returns {string} */
function nameOf(data) {
	return typeof data?.name === "string" ? nameClean(data.name) : "";
}

/** @param {string} text @returns {string}	one line without what turns words around */
export function nameClean(text) {
	return [...text.replace(/[\p{Cc}\p{Cf}\s]+/gu, " ").trim()].slice(0, NAME_LENGTH).join("");
}
