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

/**
 * An event handler attribute: takes functions, is null else, and is called in
 * the place where it was set.
 * @param {EventTarget} target
 * @param {string} name
 */
function attribute(target, name) {
	/** @type {Function | null} */
	let act = null;
	const call = (/** @type {Event} */ event) => act?.call(target, event);

	Object.defineProperty(target, `on${name}`, {
		enumerable: true,
		get: () => act,
		set(given) {
			const next = typeof given === "function" ? given : null;
			if (!next)
				target.removeEventListener(name, call);
			else if (!act)
				target.addEventListener(name, call);
			act = next;
		},
	});
}

/** What a WebSocket has beside its methods. */
export class SocketTarget extends EventTarget {
	static get CONNECTING() {
		return /** @type {const} */ (0);
	}

	static get OPEN() {
		return /** @type {const} */ (1);
	}

	static get CLOSING() {
		return /** @type {const} */ (2);
	}

	static get CLOSED() {
		return /** @type {const} */ (3);
	}

	get CONNECTING() {
		return /** @type {const} */ (0);
	}

	get OPEN() {
		return /** @type {const} */ (1);
	}

	get CLOSING() {
		return /** @type {const} */ (2);
	}

	get CLOSED() {
		return /** @type {const} */ (3);
	}

	/** @type {((event: Event) => void) | null} */
	onopen = null;
	/** @type {((event: MessageEvent) => void) | null} */
	onmessage = null;
	/** @type {((event: Event) => void) | null} */
	onerror = null;
	/** @type {((event: CloseEvent) => void) | null} */
	onclose = null;

	get extensions() {
		return "";
	}

	constructor() {
		super();
		for (const name of ["open", "message", "error", "close"])
			attribute(this, name);
	}
}
