// @ts-check

/**
 * The shapes that cross file borders.  Nothing in here runs.
 *
 * A cursor is the opaque text "<epoch>-<seq>"; a revision is the seq of a
 * note's last change, as text.
 */

/** @typedef {"read" | "write" | "admin"} Role */

/** @typedef {{ id: string, text: string, done: boolean, pos: number }} Item */

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
 */

/**
 * What a poll or a long-poll answers.
 * @typedef {object} Page
 * @property {Change[]} results
 * @property {string} last_seq
 * @property {number} pending
 * @property {string} [reset]
 */

/** @typedef {{ id: string, title: string, role: Role }} BoardEntry */

/**
 * Which of a note's fields an editor writes.
 * @typedef {"title" | "text" | "color"} Field
 */

/**
 * How the page is connected.  "live": changes arrive as `transport` brings
 * them.  "reconnecting": the next try is `waitMs` away.  "ended": for good.
 * @typedef {object} Connection
 * @property {"connecting" | "live" | "reconnecting" | "ended"} state
 * @property {"" | "eventsource" | "longpoll" | "poll"} transport
 * @property {number} waitMs
 * @property {string} reason	of the end: "revoked", "gone" or "expired"
 */

/**
 * One way to read a board's log.  `open` starts at sink.cursor() and returns
 * what stops it; after that, and after fail, reset or end, it is not heard.
 * @typedef {object} Transport
 * @property {"eventsource" | "longpoll" | "poll"} name
 * @property {(board: string, sink: Sink) => () => void} open
 */

/**
 * What a transport reports.  `live`: it is proven to work.  `fail`: it broke,
 * with the refusal where there was one.
 * @typedef {object} Sink
 * @property {() => string} cursor
 * @property {(change: Change) => void} change
 * @property {(page: Page) => void} page
 * @property {() => void} live
 * @property {() => void} reset
 * @property {(reason: string) => void} end
 * @property {(error: unknown) => void} fail
 */

/**
 * What the feed's owner hears: each change of the board exactly once and in
 * order.  `reset` fetches the snapshot and answers with its cursor.
 * @typedef {object} Listener
 * @property {(change: Change) => void} change
 * @property {() => Promise<string>} reset
 * @property {(connection: Connection) => void} connection
 */

export {};
