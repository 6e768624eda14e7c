/** What observations of sockets are made of. */

const PATIENCE_MS = 10_000;

/** What a call comes to. */
export function outcome(act) {
	try {
		act();
		return "ok";
	} catch (error) {
		return error.name;
	}
}

export function patient(promise, what) {
	return Promise.race([promise, new Promise((_, reject) =>
		setTimeout(() => reject(new Error(`waited for ${what}`)), PATIENCE_MS))]);
}

/** @param {EventTarget} target */
export function next(target, name, fits = () => true) {
	return patient(new Promise((resolve) => target.addEventListener(name, function seen(event) {
		if (!fits(event))
			return;
		target.removeEventListener(name, seen);
		resolve(event);
	})), name);
}

export async function until(probe, what) {
	const end = performance.now() + PATIENCE_MS;
	while (!probe()) {
		if (performance.now() > end)
			throw new Error(`waited for ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

/** Everything but messages, in order. */
export function story(socket) {
	const told = [];
	for (const name of ["open", "error", "close"])
		socket.addEventListener(name, (event) => told.push(name === "close"
			? [name, event instanceof CloseEvent, event.wasClean, event.code, event.reason, socket.readyState]
			: [name, event.constructor.name, socket.readyState]));
	return told;
}

export const says = (event) => ({ data }) => typeof data === "string" && JSON.parse(data).event === event;

/** A socket that is live: its second beat has come. */
export async function live(make) {
	const socket = make();
	await next(socket, "message", says("heartbeat"));
	return socket;
}

export async function over(socket) {
	const told = story(socket);
	await next(socket, "close");
	return told;
}

export const id = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
	.replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);

export const put = (text) => JSON.stringify({ op: "put", id: id(), key: id(), if_match: "0", doc: { text } });

/** A signal to all, as a binary message. */
export const bytes = (...numbers) => new Uint8Array([1, 0, ...numbers]);

/** The body of a binary message that was heard, without who sent it. */
export async function body(data) {
	const all = new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data);
	return [...all.subarray(2 + all[1])];
}
