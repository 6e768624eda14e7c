// @ts-check

/**
 * An event handler attribute for each field `on<name>` that the target has:
 * takes functions, is null else, and is called in the place where it was set.
 * @param {EventTarget} target
 */
export function handlers(target) {
	for (const attribute of Object.keys(target).filter((name) => name.startsWith("on"))) {
		/** @type {Function | null} */
		let act = null;
		const name = attribute.slice(2);
		const call = (/** @type {Event} */ event) => act?.call(target, event);

		Object.defineProperty(target, attribute, {
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
}

/** A real Event whose further properties can only be read. @param {EventTarget} target @param {string} type @param {object} detail */
export function fire(target, type, detail) {
	target.dispatchEvent(Object.freeze(Object.assign(new Event(type), detail)));
}
