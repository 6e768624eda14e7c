/**
 * Proves what the page's pure parts promise: links, and how a board follows
 * from its events.
 */

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ok, same, tap } from "./tap.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));

/** Node takes .js files for modules only where a package.json says so. */
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "notewire-page-"));
fs.writeFileSync(path.join(dir, "package.json"), '{"type":"module"}');
fs.cpSync(path.resolve(HERE, "../../www/js"), dir, { recursive: true });
const load = (name) => import(pathToFileURL(path.join(dir, name)).href);

const { boardEmpty, boardEvent, boardOrder, boardReduce } = await load("board.js");
const { orderFirst, orderMove } = await load("order.js");
const { hashParse, linkMake, linkParse } = await load("link.js");
fs.rmSync(dir, { recursive: true });

const TOKEN = "w.abcdefghijklmnopqrstuv";
const HOME = "https://example.org/notewire/";

function note(id, rev, more = {}) {
	return {
		id, rev: String(rev), created_at: "2026-01-01T00:00:00.000Z",
		updated_at: "2026-01-01T00:00:00.000Z", trashed_at: null, by: null,
		kind: "text", title: "", text: "", color: "default", pinned: false, pos: 0,
		...more,
	};
}

function row(number, epoch = "abcdefgh") {
	return { seq: `${epoch}-${number}`, id: "n", changes: [{ rev: String(number) }] };
}

await tap({
	only_whole_tokens_and_boards_are_taken_from_the_address() {
		same(hashParse(`#${TOKEN}`), { token: TOKEN }, "token");
		same(hashParse("#b=abcdefghijklmnopqrstuv"), { board: "abcdefghijklmnopqrstuv" }, "board");
		for (const bad of ["", "#", "#w.", `#${TOKEN}x`, "#x.abcdefghijklmnopqrstuv",
			"#w.abcdefghijklmnopqrst/v", "#b=", "#b=../../x", `#b=${TOKEN}`])
			same(hashParse(bad), null, bad);
	},

	a_token_is_not_handed_to_a_service_it_was_not_meant_for() {
		same(linkParse(` ${HOME}#${TOKEN} `, `${HOME}?x#b=y`), { token: TOKEN }, "own link");
		same(linkParse(TOKEN, HOME), { token: TOKEN }, "bare");
		same(linkParse(`#${TOKEN}`, HOME), { token: TOKEN }, "fragment");
		for (const other of ["http://example.org/notewire/", "https://example.org:8443/notewire/",
			"https://example.org/other/", "https://evil.example/notewire/"])
			same(linkParse(`${other}#${TOKEN}`, HOME), { elsewhere: new URL(other).host }, other);
		for (const bad of ["", "hello", HOME, `${HOME}#w.short`, "javascript:alert(1)"])
			same(linkParse(bad, HOME), null, bad);
	},

	a_link_to_hand_on_has_the_address_of_the_page() {
		same(linkMake(TOKEN, `${HOME}?a=b#b=c`), `${HOME}#${TOKEN}`, "link");
	},

	older_news_of_a_note_changes_nothing() {
		let state = boardReduce(boardEmpty("b"), { type: "note", note: note("n", 5, { title: "new" }) });
		const before = state;
		state = boardReduce(state, { type: "note", note: note("n", 4, { title: "old" }) });
		ok(state === before, "same state");
		state = boardReduce(state, { type: "gone", id: "n", rev: "6" });
		same(state.notes.size, 0, "notes after it is deleted");
		state = boardReduce(state, { type: "note", note: note("n", 5) });
		same(state.notes.size, 0, "notes after late news of it");
		state = boardReduce(state, { type: "note", note: note("n", 7) });
		same(state.notes.size, 1, "notes after it is restored");
	},

	a_note_in_the_trash_is_not_on_the_board() {
		const trashed = note("n", 2, { trashed_at: "2026-01-01T00:00:00.000Z" });
		const state = boardReduce(boardEmpty("b"), { type: "note", note: trashed });
		same(state.notes.size, 0, "notes");
		same(boardEvent({ ...row(2), deleted: true }), { type: "gone", id: "n", rev: "2" }, "row");
		same(boardEvent(row(2)), null, "a row whose note changed again later");
		same(boardEvent({ seq: "abcdefgh-3", id: "_board" }), null, "a row about the board");
	},

	a_note_whose_id_begins_like_a_reserved_one_is_a_note() {
		const id = "_boardAAAAAAAAAAAAAAAA";
		same(boardEvent({ ...row(1), id, doc: note(id, 1) })?.type, "note", "row");
	},

	editing_does_not_move_notes() {
		const list = [note("a", 1), note("b", 2, { created_at: "2026-01-02T00:00:00.000Z" }),
			note("c", 3, { pinned: true }), note("d", 4, { pos: -1 })];
		let state = boardEmpty("b");
		for (const each of list)
			state = boardReduce(state, { type: "note", note: each });
		const order = () => boardOrder(state).map((n) => n.id).join("");
		same(order(), "cdba", "pinned, placed, newest");
		state = boardReduce(state, { type: "note", note: note("a", 9, { text: "edited" }) });
		same(order(), "cdba", "after an edit");
	},

	a_note_moves_behind_any_other_and_the_fewest_make_room() {
		let random = 1;
		const next = (n) => {
			random = (random * 48271) % 2147483647;
			return random % n;
		};
		let state = boardEmpty("b");
		for (let n = 0; n < 9; n++)
			state = boardReduce(state, { type: "note", note: note(`n${n}`, 1, { pinned: n < 3 }) });
		for (let round = 2; round < 500; round++) {
			const before = boardOrder(state);
			const peers = before.filter((n) => n.pinned === (round % 2 === 0));
			const moved = peers[next(peers.length)];
			const others = peers.filter((n) => n !== moved);
			const after = [null, ...others][next(peers.length)];
			const changes = orderMove(before, moved.id, after?.id ?? (peers === before ? null : before[before.indexOf(peers[0]) - 1]?.id ?? null));
			ok(changes.length <= others.length / 2 + 1.5, `${changes.length} changes`);
			for (const { id, pos } of changes)
				state = boardReduce(state, { type: "note", note: { ...state.notes.get(id), pos, rev: String(round) } });
			const wanted = others.map((n) => n.id);
			wanted.splice(after ? wanted.indexOf(after.id) + 1 : 0, 0, moved.id);
			same(boardOrder(state).filter((n) => peers.some((p) => p.id === n.id)).map((n) => n.id), wanted, `the order in round ${round}`);
		}
		ok(orderFirst(state.notes.values()) <= 0, "a new note comes first");
	},
});
