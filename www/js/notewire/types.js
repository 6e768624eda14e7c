// @ts-check

/**
 * The shapes that cross file borders.  Nothing in here runs.
 *
 * A cursor is the opaque text "<epoch>-<seq>".
 */

/** @typedef {"websocket" | "eventsource" | "longpoll" | "htmlfile" | "poll"} TransportName */
/** @typedef {"idle" | "connecting" | "open" | "waiting" | "offline" | "closed"} State */

/**
 * One row of a board's log.  `doc` may be missing when a later row of the
 * same note follows; "_board" and "_links" never have one.
 * @typedef {object} Change
 * @property {string} seq
 * @property {string} id
 * @property {{ rev: string }[]} [changes]
 * @property {any} [doc]
 * @property {boolean} [deleted]
 */

/**
 * @typedef {object} Snapshot
 * @property {{ id: string, title: string, rev: string }} board
 * @property {any[]} notes
 * @property {string} last_seq
 * @property {"read" | "write" | "admin"} role
 * @property {string[]} feeds
 * @property {Record<string, number>} limits
 */

/**
 * A problem as the service tells it (RFC 9457).
 * @typedef {object} Problem
 * @property {string} [type]
 * @property {string} [title]
 * @property {number} [status]
 * @property {string} [detail]
 */

/**
 * An operation on a note; `key` is filled in where it is missing.
 * @typedef {object} Op
 * @property {"put" | "patch" | "delete" | "restore" | "put_item" | "delete_item"} op
 * @property {string} id
 * @property {string} [item]
 * @property {string} [if_match]
 * @property {string} [key]
 * @property {string} [rev]
 * @property {object} [doc]
 */

/**
 * How an operation fared; status 0 if it is not known.
 * @typedef {object} Result
 * @property {string} key
 * @property {number} status
 * @property {string} [id]
 * @property {string} [rev]
 * @property {string} [seq]
 * @property {Problem} [problem]
 */

/**
 * Time, which tests replace.
 * @typedef {object} Clock
 * @property {() => number} now	milliseconds that never go back
 * @property {() => number} wall	milliseconds of the day, which jump
 * @property {(act: () => void, ms: number) => any} set
 * @property {(timer: any) => void} clear
 */

/** @typedef {{ getItem(key: string): string | null, setItem(key: string, value: string): void }} Memory */

/**
 * @typedef {object} PushClientOptions
 * @property {string} board	its id
 * @property {string | URL} [api]	"api/" beside the page if not given
 * @property {string | URL} [socket]	prefix of the WebSockets, "../socket/" beside the API if not given
 * @property {string} [since]	a cursor; without it the snapshot comes first
 * @property {string} [token]	else the browser's cookie counts
 * @property {TransportName[]} [transports]	only these
 * @property {boolean | string} [peer]	take part in signals; a text is the secret to do so by
 * @property {any} [presence]	what the others are told of this one
 * @property {boolean} [tabs]	false: a connection of its own
 * @property {HTMLElement | null} [root]	whose dataset tells state and transport
 * @property {Clock} [clock]
 * @property {Memory} [storage]
 */

/**
 * Where a board is, and as whom it is read.
 * @typedef {object} Link
 * @property {string} api	URL, with a slash at its end
 * @property {string} board
 * @property {string} since	a cursor
 * @property {string} [token]	else the browser's cookie
 * @property {string} [peer]	a secret: takes part in signals
 * @property {Clock} clock
 * @property {Feed} [frame]	a forever frame in a document elsewhere
 */

/**
 * Why a line is over, in a WebSocket's words.  `retry`: come back after so
 * many milliseconds.
 * @typedef {object} End
 * @property {number} code
 * @property {string} [reason]
 * @property {boolean} [clean]
 * @property {number} [retry]
 */

/**
 * What a line reports.  A message is one of "notewire.v1", text or bytes;
 * `cost`: what came beside it, headers and framing.  What is said after `end`
 * does not count.
 * @typedef {object} Sink
 * @property {(protocol?: string) => void} open
 * @property {(data: string | ArrayBuffer, cost: number) => void} message
 * @property {(end: End) => void} end
 */

/**
 * A line to a board.
 * @typedef {object} Line
 * @property {(data: string | ArrayBuffer) => number} send	what goes beside it, in bytes, as far as it is known at once
 * @property {() => number} buffered	bytes that have not gone, or not been answered
 * @property {(code?: number, reason?: string) => void} close
 */

/**
 * One way to have a line; what it throws ends it.  All that a line reports
 * comes in tasks of their own.
 * @typedef {(url: URL, options: PushSocketOptions & { clock: Clock }, sink: Sink, protocols: string[]) => Promise<Line>} Transport
 */

/**
 * One way to read a board's log by HTTP, until the signal says stop.  What it
 * throws ends it.
 * @typedef {(link: Link, sink: Sink, signal: AbortSignal) => Promise<void>} Feed
 */

/**
 * A line that is tried.  `probes`: it only asks whether its like is there.
 * @typedef {{ id: number, rank: number, why: string, provenAt: number, probes: boolean }} Try
 */

/**
 * Who does what a chooser decides.
 * @typedef {object} Doer
 * @property {(id: number, name: TransportName) => void} open
 * @property {(id: number) => void} close
 * @property {(id: number, why: string) => void} deliver	by that one from now on
 * @property {() => void} ping	asks the one that delivers for a word
 * @property {(state: State, reason: string, retryIn: number | null) => void} enter
 */

/**
 * One of a core's.
 * @typedef {object} CoreLine
 * @property {import("./socket.js").PushSocket} socket
 * @property {() => void} deliver	it does from now on
 * @property {() => void} close	without another word
 */

/**
 * @typedef {object} CoreOptions
 * @property {string} api
 * @property {string} socket
 * @property {string} board
 * @property {string} [token]
 * @property {string} [peer]
 * @property {any} [presence]
 * @property {TransportName[]} [transports]
 */

/**
 * A message in or out, for an inspector.
 * @typedef {object} Trace
 * @property {"in" | "out"} direction
 * @property {TransportName} transport
 * @property {number} bytes	of the message
 * @property {number} headerBytes	beside it, as far as it can be known
 * @property {number} at	milliseconds of the day
 * @property {string} kind	the event's name
 * @property {string} text	"" for bytes
 */

/**
 * @typedef {object} PushSocketOptions
 * @property {TransportName} [transport]	without it the best that is here
 * @property {string} [api]	URL of the API; beside the socket's if not given
 * @property {string} [token]
 * @property {Clock} [clock]
 * @property {(trace: Trace) => void} [trace]
 * @property {Feed} [frame]	a forever frame in a document elsewhere
 */

export {};
