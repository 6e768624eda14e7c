/**
 * Proves what the page's pure parts promise: back-off, links, the ladder of
 * transports, the place in the log, and how a board follows from its events.
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

const { backoff } = await load("backoff.js");
const { boardEmpty, boardEvent, boardOrder, boardReduce } = await load("board.js");
const { cursorStep } = await load("cursor.js");
const { hashParse, linkMake, linkParse } = await load("link.js");
const { Ladder } = await load("ladder.js");
const { Reader } = await load("reader.js");
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
	backoff_is_between_half_a_second_and_a_doubling_roof() {
		const roofs = [1000, 2000, 4000, 8000, 16000, 30000, 30000];
		for (const [attempt, roof] of roofs.entries()) {
			same(backoff(attempt, 0), 500, `least of try ${attempt}`);
			ok(backoff(attempt, 0.999999) <= roof, `most of try ${attempt}`);
			ok(backoff(attempt, 0.999999) > roof - 2, `roof of try ${attempt}`);
		}
		same(backoff(5000, 0.5), 15250, "a try long after");
	},

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

	rows_are_handed_on_once_and_a_gap_is_noticed() {
		const got = [];
		const reader = new Reader("abcdefgh-3", (change) => got.push(change.seq));
		for (const number of [2, 3, 4, 4, 5, 3])
			ok(reader.take(row(number)), `row ${number} needs no snapshot`);
		same(got, ["abcdefgh-4", "abcdefgh-5"], "handed on");
		ok(!reader.take(row(7)), "a gap needs the snapshot");
		ok(!reader.take(row(6, "bbbbbbbb")), "another epoch needs the snapshot");
		ok(!reader.takePage({ results: [], reset: "epoch" }), "a reset needs the snapshot");
		same(reader.cursor, "abcdefgh-5", "cursor");
		same(cursorStep("nonsense", "abcdefgh-1"), "gap", "no cursor");
	},

	a_transport_that_never_worked_is_left_at_once() {
		const ladder = new Ladder(3);
		ok(ladder.blame(0), "down from the first");
		ok(ladder.blame(0), "down from the second");
		ok(!ladder.blame(0), "there is none below the last");
		same(ladder.rung, 2, "rung");
		ladder.climb();
		same(ladder.rung, 0, "after climbing");
	},

	a_transport_that_worked_may_fail_once() {
		const ladder = new Ladder(3);
		ok(!ladder.blame(3000), "first failure");
		ok(ladder.blame(3000), "second failure");
		ladder.climb();
		ok(!ladder.blame(3000), "first failure after climbing");
		ladder.ended(60_000);
		ok(!ladder.blame(60_000), "a lasting connection wipes the slate");
	},

	waiting_grows_until_a_connection_lasts() {
		const ladder = new Ladder(1);
		const most = () => ladder.delay(0.999999);
		ok(most() < most(), "the second wait is longer");
		ladder.ended(1000);
		ok(most() > 3000, "a short connection does not count");
		ladder.ended(10_000);
		ok(most() <= 1000, "a lasting one does");
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
});
