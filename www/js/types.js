// @ts-check

/**
 * The shapes that cross file borders.  Nothing in here runs.
 *
 * A cursor is the opaque text "<epoch>-<seq>"; a revision is the seq of a
 * note's last change, as text.
 */

/** @typedef {"read" | "write" | "admin"} Role */

/** @typedef {{ id: string, text: string, done: boolean, pos: number }} Item */

/** @typedef {{ id: string, name: string, type: string, size: number, created_at?: string }} NoteFile */

/**
 * @typedef {object} Note
 * @property {string} id
 * @property {string} rev
 * @property {string} created_at
 * @property {string} updated_at
 * @property {string | null} trashed_at
 * @property {string | null} by
 * @property {"text" | "checklist"} kind
 * @property {string} title
 * @property {string} [text]	only of kind "text"
 * @property {Item[]} [items]	only of kind "checklist"
 * @property {string} color
 * @property {boolean} pinned
 * @property {number} pos
 * @property {NoteFile[]} [files]
 */

/**
 * One row of a board's log.  `doc` may be missing when a later row of the
 * same note follows; "_board" and "_links" never have one.
 * @typedef {object} Change
 * @property {string} seq
 * @property {string} id
 * @property {{ rev: string }[]} [changes]
 * @property {Note} [doc]
 * @property {boolean} [deleted]
 */

/**
 * @typedef {object} Snapshot
 * @property {{ id: string, title: string, rev: string }} board
 * @property {Note[]} notes
 * @property {string} last_seq
 * @property {Role} role
 * @property {string[]} feeds
 * @property {Record<string, number>} [limits]
 */

/** @typedef {{ id: string, title: string, role: Role }} BoardEntry */

/** A link that is known in this window. @typedef {{ role: Role, token: string, name?: string, qr?: unknown, copied?: string }} ShownLink */

/**
 * Which of a note's fields an editor writes.
 * @typedef {"title" | "text" | "color"} Field
 */

/**
 * How the page is connected.
 * @typedef {object} Connection
 * @property {import("./notewire/types.js").State} state
 * @property {import("./notewire/types.js").TransportName | ""} transport
 * @property {string} reason	of the end
 * @property {number} [rtt]	of a round trip, in milliseconds
 */

export {};
