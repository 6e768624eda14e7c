/* Each board as the store shows it: title, notes, links and log. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "judge_priv.h"

#define BODY_MAX	((size_t)1 << 20)

/* One board, while the store shows it. */
struct view {
	struct trial		*t;
	struct expected_board	*b;
	size_t			 shown;		/* notes, links or rows */
	struct buf		 body;
};

/* The thread and the index of a note's id, as in script_note. */
static bool
find_note(const struct view *w, const char *id, uint32_t *thread,
    uint32_t *index)
{
	char want[ID_SIZE];

	for (*thread = 0; *thread < SCRIPT_THREADS; ++*thread)
		for (*index = 0; *index < SCRIPT_NOTES + SCRIPT_PRIVATE;
		    ++*index) {
			step_id('n', script_note(*thread, *index), want);
			if (strcmp(id, want) == 0)
				return script_board(&w->t->e->owns[*thread],
				    *index) == w->b->number;
		}
	return false;
}

static bool
is_body(struct view *w, const struct step *s, const struct note *n)
{
	buf_reset(&w->body);
	step_body(s, &w->body);
	return buf_status(&w->body) == ST_OK && n->body_len == w->body.len &&
	    memcmp(n->body, w->body.data, n->body_len) == 0;
}

static bool
look_at_note(void *arg, const struct note *n)
{
	struct view *w = arg;
	const struct own_note *own;
	uint32_t thread, index;
	struct step s;

	w->shown++;
	if (!find_note(w, n->id, &thread, &index)) {
		trial_fault(w->t, FAULT_HALF, "board %u has a note %s",
		    w->b->number, n->id);
		return false;
	}
	own = &w->t->e->owns[thread].notes[index];
	s = (struct step){ .kind = STEP_EDIT, .board = w->b->number,
	    .subject = script_note(thread, index), .version = own->version,
	    .size = own->size };
	if (!own->there || own->trashed != (n->trashed_at != 0))
		trial_fault(w->t, FAULT_HALF, "note %s of board %u: "
		    "trashed %d, wanted %d", n->id, w->b->number,
		    n->trashed_at != 0, own->there ? own->trashed : -1);
	else if (!is_body(w, &s, n))
		trial_fault(w->t, FAULT_HALF, "note %s of board %u is not at "
		    "its version %u", n->id, w->b->number, own->version);
	return trial_fine(w->t);
}

static bool
look_at_board(void *arg, const struct board *b, enum role role)
{
	struct view *w = arg;
	uint32_t thread, version = 0;
	char title[32];

	(void)role;
	for (thread = 0; thread < SCRIPT_THREADS; thread++)
		if (script_named(thread) == w->b->number)
			version = w->t->e->owns[thread].title;
	step_title(version, title);
	if (strcmp(b->title, title) != 0)
		trial_fault(w->t, FAULT_HALF, "board %u is called \"%s\", "
		    "not \"%s\"", w->b->number, b->title, title);
	if (b->head.seq != w->b->rows)
		trial_fault(w->t, FAULT_LOG, "board %u has %" PRId64
		    " rows in its log, not %" PRId64, w->b->number,
		    b->head.seq, w->b->rows);
	return trial_fine(w->t);
}

/* Notes of the board in the trash, or out of it. */
static size_t
count_notes(const struct view *w, bool trashed)
{
	const struct own *o;
	uint32_t thread, i;
	size_t n = 0;

	for (thread = 0; thread < SCRIPT_THREADS; thread++) {
		o = &w->t->e->owns[thread];
		for (i = 0; i < SCRIPT_NOTES + SCRIPT_PRIVATE; i++)
			n += o->notes[i].there && o->notes[i].trashed == trashed
			    && script_board(o, i) == w->b->number;
	}
	return n;
}

static void
look_at_trash(struct view *w, const char *id)
{
	const struct own *o;
	uint32_t thread, i;
	char note[ID_SIZE];

	for (thread = 0; thread < SCRIPT_THREADS; thread++) {
		o = &w->t->e->owns[thread];
		for (i = 0; i < SCRIPT_NOTES + SCRIPT_PRIVATE; i++) {
			step_id('n', script_note(thread, i), note);
			if (o->notes[i].trashed &&
			    script_board(o, i) == w->b->number)
				(void)store_note(w->t->store, id, note,
				    look_at_note, w);
		}
	}
}

static bool
look_at_link(void *arg, const struct link *l)
{
	struct view *w = arg;
	uint32_t thread, i;
	const struct own *o;
	char id[ID_SIZE];
	bool known = false;

	for (thread = 0; thread < SCRIPT_THREADS; thread++) {
		o = &w->t->e->owns[thread];
		for (i = o->revoked; i < o->links && !known; i++) {
			step_id('l', script_link(thread, i), id);
			known = script_home(thread) == w->b->number &&
			    strcmp(l->id, id) == 0;
		}
	}
	if (!known)
		trial_fault(w->t, FAULT_HALF, "board %u has a link %s",
		    w->b->number, l->id);
	w->shown++;
	return known;
}

static size_t
count_links(const struct view *w)
{
	uint32_t thread;
	size_t n = 0;

	for (thread = 0; thread < SCRIPT_THREADS; thread++)
		if (script_home(thread) == w->b->number)
			n += w->t->e->owns[thread].links -
			    w->t->e->owns[thread].revoked;
	return n;
}

/* A row that was answered is the one that was told, with its body then. */
static bool
look_at_row(void *arg, const struct change *c)
{
	struct view *w = arg;
	const struct step *s = NULL;
	char id[ID_SIZE] = SUBJECT_LINKS;
	bool body = false;

	if (c->seq != (int64_t)++w->shown) {
		trial_fault(w->t, FAULT_LOG, "board %u: row %zu is %" PRId64,
		    w->b->number, w->shown, c->seq);
		return false;
	}
	if (w->shown < w->b->steps_n)
		s = w->b->steps[w->shown];
	if (s == NULL)
		return true;
	if (s->kind == STEP_TITLE)
		(void)str_copy(id, sizeof(id), SUBJECT_BOARD);
	else if (s->kind == STEP_FILE || s->kind == STEP_FILE_END)
		step_id('n', s->note, id);
	else if (s->kind != STEP_LINK && s->kind != STEP_REVOKE) {
		step_id('n', s->subject, id);
		body = s->kind != STEP_TRASH;
	}
	if (strcmp(c->id, id) != 0 || c->deleted != (s->kind == STEP_TRASH))
		trial_fault(w->t, FAULT_LOG, "board %u: row %" PRId64
		    " is of %s, not %s", w->b->number, c->seq, c->id, id);
	else if (body && (c->note == NULL || !is_body(w, s, c->note)))
		trial_fault(w->t, FAULT_LOG, "board %u: row %" PRId64
		    " does not show version %u", w->b->number, c->seq,
		    s->version);
	return trial_fine(w->t);
}

static void
shown(struct view *w, enum fault fault, const char *what, size_t want)
{
	if (trial_fine(w->t) && w->shown != want)
		trial_fault(w->t, fault, "board %u shows %zu %s, not %zu",
		    w->b->number, w->shown, what, want);
	w->shown = 0;
}

static void
judge_log(struct view *w, const char *id)
{
	struct tail_query q = { .board = id, .docs = true, .limit = INT32_MAX };
	struct tail tail;
	enum status st;

	st = store_tail(w->t->store, &q, &tail, look_at_row, w);
	if (st)
		trial_fault(w->t, FAULT_LOG, "board %u: tail: %s",
		    w->b->number, status_name(st));
	shown(w, FAULT_LOG, "rows", (size_t)w->b->rows);
}

static void
judge_board(struct trial *t, struct expected_board *b)
{
	struct view w = { .t = t, .b = b };
	enum status st;
	char id[ID_SIZE];

	step_id('b', b->number, id);
	buf_init(&w.body, BODY_MAX);
	st = store_snapshot(t->store, id, look_at_board, look_at_note, &w);
	if (st != (b->there ? ST_OK : ST_NOTFOUND))
		trial_fault(t, FAULT_HALF, "board %u, there %d: %s", b->number,
		    b->there, status_name(st));
	if (b->there) {
		shown(&w, FAULT_HALF, "notes", count_notes(&w, false));
		look_at_trash(&w, id);
		shown(&w, FAULT_HALF, "trashed notes", count_notes(&w, true));
		(void)store_links(t->store, id, look_at_link, &w);
		shown(&w, FAULT_HALF, "links", count_links(&w));
		judge_log(&w, id);
	}
	buf_fini(&w.body);
}

void
judge_boards(struct trial *t)
{
	size_t i;

	for (i = 0; i < t->e->boards_n && trial_fine(t); i++)
		judge_board(t, &t->e->boards[i]);
}
