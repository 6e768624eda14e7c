// @ts-check

/**
 * What a listener hears.  Each is a real Event whose further properties can
 * only be read.
 */

export class NotewireEvent extends Event {
	/**
	 * @param {string} type
	 * @param {object} detail
	 */
	constructor(type, detail) {
		super(type);
		for (const [name, value] of Object.entries(detail))
			Object.defineProperty(this, name, { value, enumerable: true });
	}
}

/** An EventTarget that has `on<name>` for each of its events. */
export class Target extends EventTarget {
	/** @param {string[]} names */
	constructor(names) {
		super();
		for (const name of names)
			this.addEventListener(name, (event) => {
				const act = Reflect.get(this, `on${name}`);
				if (typeof act === "function")
					act.call(this, event);
			});
	}
}

/** What a WebSocket has beside its methods. */
export class SocketTarget extends Target {
	static CONNECTING = 0;
	static OPEN = 1;
	static CLOSING = 2;
	static CLOSED = 3;
	CONNECTING = 0;
	OPEN = 1;
	CLOSING = 2;
	CLOSED = 3;
	/** @type {((event: Event) => void) | null} */
	onopen = null;
	/** @type {((event: MessageEvent) => void) | null} */
	onmessage = null;
	/** @type {((event: Event) => void) | null} */
	onerror = null;
	/** @type {((event: CloseEvent) => void) | null} */
	onclose = null;
	extensions = "";

	constructor() {
		super(["open", "message", "error", "close"]);
	}
}
