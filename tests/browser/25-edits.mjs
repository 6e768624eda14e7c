/**
 * Proves what keeps people's words: that merging loses and garbles none, and
 * that edits join, follow each other and survive refusals as they should.
 */

import { display, standing } from "../../www/js/display.js";
import { editsAdd, editsAgain, editsConfirm, editsDecide, editsDone, editsGone, editsRebase, replace } from "../../www/js/edits.js";
import { Kept } from "../../www/js/kept.js";
import { merge3 } from "../../www/js/merge.js";
import { editFailure, editOp, editsDue } from "../../www/js/ops.js";
import { ok, same, tap } from "./tap.mjs";

let serial = 0;
const edit = (more) => ({ id: `e${++serial}`, key: `k${serial}`, board: "b", tab: "t", at: 1000 + serial,
	note: "n", kind: "field", field: "text", sent: false, state: "", ...more });
const typed = (value, more) => edit({ value, base: "walk", rev: "3", ...more });
const note = (more) => ({ id: "n", rev: "3", created_at: "2026-01-01T00:00:00.000Z", updated_at: "2026-01-01T00:00:00.000Z",
	trashed_at: null, by: null, kind: "text", title: "Plan", text: "walk", color: "default", pinned: false, pos: 0, ...more });
const state = (...notes) => ({ id: "b", title: "", role: "write", notes: new Map(notes.map((n) => [n.id, n])), gone: new Map() });

/** Numbers that look random, the same in each run. */
function dice(seed) {
	let now = seed;
	return (n) => {
		now = (Math.imul(now, 1_103_515_245) + 12_345) >>> 0;
		return (now >>> 8) % n;
	};
}

/** Someone's few changes of a text; each new word is unlike all others. */
function someone(text, who, roll) {
	const lines = text.split("\n").map((line) => line.split(" "));
	const added = [];
	for (let n = 0; n <= roll(3); n++) {
		const line = lines[roll(lines.length)];
		const word = `${who}${n}`;
		added.push(word);
		if (roll(3) === 0)
			lines.splice(roll(lines.length + 1), 0, [word]);
		else if (roll(2) === 0)
			line.splice(roll(line.length + 1), 0, word);
		else
			line[roll(line.length)] = word;
	}
	const now = lines.map((line) => line.join(" ")).join("\n");
	return { now, added: added.filter((word) => now.split(/\s/).includes(word)) };
}

await tap({
	four_thousand_pairs_lose_no_word_and_most_need_no_question() {
		const roll = dice(7);
		let asked = 0;
		for (let pair = 0; pair < 4000; pair++) {
			const base = Array.from({ length: 8 }, (_, l) =>
				Array.from({ length: 6 }, (_, w) => `w${l}${w}`).join(" ")).join("\n");
			const mine = someone(base, "mine", roll);
			const theirs = someone(base, "theirs", roll);
			const { clean, text } = merge3(base, mine.now, theirs.now);
			asked += Number(!clean);
			const words = text.split(/\s/);
			for (const word of [...mine.added, ...theirs.added])
				ok(words.includes(word), `${word} is in ${text}`);
			if (!clean)
				continue;
			const origin = new Set([base, mine.now, theirs.now].flatMap((t) => t.split(/\s/)));
			for (const word of words)
				ok(origin.has(word), `${word} is a word that somebody wrote`);
			for (const word of base.split(/\s/))
				same(words.includes(word), mine.now.split(/\s/).includes(word) && theirs.now.split(/\s/).includes(word),
					`${word} being there, as both left it`);
		}
		console.log(`# ${(100 - asked / 40).toFixed(1)} % merged, ${(asked / 40).toFixed(1)} % asked`);
		ok(asked > 0 && asked < 800, `${asked} of 4000 asked`);
	},

	both_insertions_at_one_place_are_kept() {
		same(merge3("a\nz", "a\nmine\nz", "a\ntheirs\nz"), { clean: true, text: "a\ntheirs\nmine\nz" }, "lines");
		same(merge3("one three", "one my three", "one their three"),
			{ clean: true, text: "one their my three" }, "words");
		same(merge3("", "mine", "theirs").clean, false, "two words that would become one");
	},

	the_same_words_changed_by_both_are_asked_about() {
		const { clean, text } = merge3("walk", "run", "swim");
		same([clean, text], [false, "swim\nrun"], "outcome");
		same(merge3("walk", "run", "run"), { clean: true, text: "run" }, "the same change");
		same(merge3("a\r\nb", "a\nb", "a\r\nc"), { clean: true, text: "a\nc" }, "line ends are no change");
	},

	typing_on_joins_the_edit_that_waits() {
		const edits = editsAdd(editsAdd([], typed("wal")), typed("wa"));
		same([edits.length, edits[0].value, edits[0].base], [1, "wa", "walk"], "edits");
		same(editsAdd(edits, typed("walk")).length, 0, "edits once it is as it was");
	},

	what_may_have_been_sent_goes_again_as_it_was() {
		const sent = { ...typed("run"), sent: true };
		const edits = editsAdd([sent], typed("running"));
		ok(edits[0] === sent, "the sent one is as it was");
		same([edits[1].value, edits[1].base, edits[1].rev], ["running", "run", ""], "the next follows it");
		same(editsDone(edits, sent, "4")[1].rev, "4", "its revision afterwards");
		same(editsDue(edits, new Set(), 1e9, 0).due, [sent], "only the first goes");
		same(editOp({ ...edits[1] }).if_match, "0", "no revision is no licence");
	},

	a_refused_edit_is_merged_and_gets_a_new_key() {
		const sent = { ...typed("walk on"), sent: true };
		const edits = editsAdd([sent], typed("walk on and on"));
		const [now, ...more] = editsRebase(edits, sent, note({ rev: "9", text: "please walk" }), "new");
		same([now.value, now.base, now.rev, now.key, now.sent, now.state, more],
			["please walk on and on", "please walk", "9", "new", false, "", []], "edit");
		const [asked] = editsRebase([sent], sent, note({ rev: "9", text: "swim" }), "new");
		same([asked.state, asked.value], ["conflict", "walk on"], "another");
		same(editsDue([asked], new Set(), 1e9, 0).due, [], "what goes before it is decided");
		const [decided] = editsDecide([asked], asked, "swim on", note({ rev: "9", text: "swim" }));
		same([decided.state, decided.value, decided.base, decided.rev], ["", "swim on", "swim", "9"], "decided");
		same(editsDecide([asked], asked, "swim", note({ text: "swim" })), [], "theirs taken");
	},

	no_refusal_drops_words() {
		same(editFailure(typed("x"), { status: 412 }), "changed", "another revision");
		same(editFailure(typed("x"), { status: 404 }), "changed", "no note");
		for (const status of [400, 403, 413, 422, 507])
			for (const one of [typed("x"), edit({ kind: "put", doc: {} }), edit({ kind: "item", doc: { text: "x" } })])
				same(editFailure(one, { status }), "refused", `${one.kind} ${status}`);
		for (const one of [{ status: 0 }, { status: 503, passing: true }])
			same(editFailure(typed("x"), one), "later", "no answer");
		same(editFailure(edit({ kind: "set", doc: {} }), { status: 403 }), "dropped", "a colour");
		same(editFailure(edit({ kind: "put", doc: {} }), { status: 412 }), "done", "a note that is there already");
		const gone = editsGone([typed("x")], "n", note(), () => "new");
		same([gone[0].state, display(state(), gone).notes.get("n").text], ["gone", "x"], "a note that is gone");
		const again = editsAgain(gone, "n", () => "fresh");
		same([again[0].state, again[0].key, again[0].sent], ["", "fresh", false], "tried again");
	},

	a_note_that_is_asked_back_before_the_refusal_comes_goes_back_first() {
		const edits = [typed("x", { sent: true }), edit({ kind: "restore", last: note() })];
		const now = editsGone(edits, "n", note(), () => "new");
		same(now.map((e) => [e.kind, e.state, e.sent]), [["restore", "", false], ["field", "", false]], "order");
		same([now[1].key, display(state(), now).notes.get("n").text], ["new", "x"], "the text");
		ok(now[0].at < now[1].at, "the order lasts");
	},

	what_is_done_shows_until_the_service_tells_it() {
		const one = typed("run");
		const done = editsDone([one], one, "4");
		same(display(state(note()), done).notes.get("n").text, "run", "before");
		same(editsConfirm(done, () => 3), done, "an older revision confirms nothing");
		same(editsConfirm(done, () => 4), [], "afterwards");
		const next = editsAdd(done, typed("run fast", { base: "walk", rev: "3" }));
		same([next[1].base, next[1].rev], ["run", "4"], "what is typed in between starts from it");
	},

	a_note_that_waits_takes_edits_into_itself() {
		const put = edit({ kind: "put", doc: { kind: "text", title: "", text: "a" } });
		const edits = editsAdd(editsAdd([], put), typed("ab", { rev: "", base: "a" }));
		same([edits.length, edits[0].doc.text], [1, "ab"], "edits");
		same(display(state(), edits).notes.get("n").text, "ab", "shown");
	},

	a_note_that_is_deleted_before_it_has_gone_goes_and_is_deleted() {
		const put = edit({ kind: "put", doc: { text: "a" }, sent: true });
		const edits = editsAdd([put], edit({ kind: "delete", rev: "0" }));
		same(edits[1].rev, "", "revision before");
		same(editsDone(edits, put, "5")[1].rev, "5", "revision once the note is there");
		same(editsAdd(editsDone([put], put, "5"), edit({ kind: "delete", rev: "0" }))[1].rev, "5", "and if it was there");
	},

	items_colours_and_undo_show_at_once() {
		const list = note({ kind: "checklist", items: [{ id: "i", text: "milk", done: false, pos: 0 }] });
		const edits = [edit({ kind: "item", item: "i", doc: { done: true } }), edit({ kind: "item", item: "j", doc: { text: "tea" } }),
			edit({ kind: "set", doc: { color: "red" } })].reduce(editsAdd, []);
		const shown = display(state(list), edits).notes.get("n");
		same(shown.items.map((i) => [i.id, i.done, i.pos]), [["i", true, 0], ["j", false, 1]], "items");
		same(shown.color, "red", "colour");
		const gone = editsAdd([], edit({ kind: "delete", rev: "3", last: list }));
		same(display(state(list), gone).notes.size, 0, "deleted");
		same(editsAdd(gone, edit({ kind: "restore", last: list })), [], "undone before it went");
		const sent = replace(gone, { ...gone[0], sent: true });
		same(display(state(list), editsAdd(sent, edit({ kind: "restore", last: list }))).notes.size, 1, "undone afterwards");
	},

	async an_edit_is_handed_to_the_storage_at_once_and_stored_when_all_before_it_are() {
		const asked = [];
		const kept = new Kept({ lasting: true, keep: (put) => new Promise((resolve, reject) => asked.push({ put, resolve, reject })) }, () => {});
		let stored = false;
		const [one, two] = [typed("x"), typed("y", { note: "m" })];
		kept.turn([one]);
		kept.turn([one, two]);
		same(asked.map(({ put }) => put), [[one], [two]], "what was asked before anything was stored");
		kept.stored.then(() => stored = true);
		asked[1].resolve();
		await new Promise((resolve) => setTimeout(resolve));
		ok(!stored, "the first is not stored");
		asked[0].resolve();
		await new Promise((resolve) => setTimeout(resolve));
		ok(stored, "both are");
	},

	a_note_says_how_it_stands() {
		same(standing([], "n", true), "", "nothing");
		same(standing([typed("x")], "n", true), "saving", "on its way");
		same(standing([typed("x")], "n", false), "waiting", "offline");
		same(standing([typed("x"), typed("y", { state: "conflict" })], "n", false), "conflict", "two versions");
		same(standing([typed("x", { state: "done" })], "n", true), "", "done");
	},

	typing_is_sent_at_a_pause_and_never_later_than_five_seconds() {
		const one = typed("x", { at: 0 });
		same(editsDue([one], new Set(), 600, 500), { due: [], wait: 600 }, "while typing");
		same(editsDue([one], new Set(), 1200, 500).due, [one], "at a pause");
		same(editsDue([one], new Set(), 5000, 4999).due, [one], "at last");
		same(editsDue([one], new Set(["n"]), 5000, 0).due, [], "while the note is busy");
	},
});
