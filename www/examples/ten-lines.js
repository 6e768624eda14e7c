// @ts-check
import { PushClient } from "../js/notewire/index.js";

const notes = new Map();
const board = new URLSearchParams(location.search).get("b") ?? "";
/** @type {PushClient} */
const client = new PushClient({ api: new URL("../api/", location.href), board });
const show = () => document.querySelector("#notes")?.replaceChildren(...[...notes.values()].map((note) =>
	Object.assign(document.createElement("li"), { textContent: note.title || note.text })));

client.onsnapshot = ({ snapshot }) => {
	notes.clear();
	snapshot.notes.forEach((note) => notes.set(note.id, note));
	show();
};
client.onchange = ({ change }) => {
	if (change.deleted || change.doc?.trashed_at)
		notes.delete(change.id);
	else if (change.doc)
		notes.set(change.id, change.doc);
	show();
};
client.connect();
