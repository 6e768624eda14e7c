#include "script.h"

#include <string.h>

/* Apart enough that no two threads' numbers meet. */
#define THREAD_STRIDE	1000000U

uint32_t
script_home(uint32_t thread)
{
	return 1 + thread % SCRIPT_SHARED;
}

uint32_t
script_named(uint32_t thread)
{
	return thread < SCRIPT_SHARED ? 1 + thread : 0;
}

uint32_t
script_note(uint32_t thread, uint32_t index)
{
	return THREAD_STRIDE * thread + index;
}

uint32_t
script_link(uint32_t thread, uint32_t number)
{
	return THREAD_STRIDE * thread + number;
}

uint32_t
script_board(const struct own *o, uint32_t index)
{
	return index < SCRIPT_NOTES ? 1 + index % SCRIPT_SHARED : o->board;
}

static struct own_note *
note_of(struct own *o, const struct step *s)
{
	return &o->notes[s->subject % THREAD_STRIDE];
}

struct step
script_file(const struct own *o, uint32_t thread, const struct own_file *f)
{
	return (struct step){ .kind = STEP_FILE,
	    .board = script_board(o, f->note),
	    .subject = THREAD_STRIDE * thread + f->number,
	    .note = script_note(thread, f->note),
	    .version = f->version, .size = f->size };
}

/* Takes a free place for a new file, or gives up the place of one. */
static void
play_file(struct own *o, const struct step *s)
{
	uint32_t i, number = s->subject % THREAD_STRIDE;
	struct own_file *f;

	for (i = 0; i < SCRIPT_FILES; i++) {
		f = &o->files[i];
		if (s->kind == STEP_FILE_END ? f->there && f->number == number :
		    !f->there)
			break;
	}
	if (i == SCRIPT_FILES)
		return;		/* no script asks for it */
	*f = (struct own_file){ s->kind == STEP_FILE, number,
	    s->note % THREAD_STRIDE, s->version, s->size };
	o->files_made += s->kind == STEP_FILE;
}

static void
end_board(struct own *o)
{
	uint32_t i;

	memset(&o->notes[SCRIPT_NOTES], 0,
	    SCRIPT_PRIVATE * sizeof(o->notes[0]));
	for (i = 0; i < SCRIPT_FILES; i++)
		if (o->files[i].note >= SCRIPT_NOTES)
			o->files[i].there = false;
	o->board = 0;
}

void
own_play(struct own *o, const struct step *s)
{
	switch ((enum step_kind)s->kind) {
	case STEP_BOARD:
		if (s->board > SCRIPT_SHARED) {
			o->board = s->board;
			o->boards++;
		}
		break;
	case STEP_BOARD_END:
		end_board(o);
		break;
	case STEP_TITLE:
		o->title = s->version;
		break;
	case STEP_EDIT:
		*note_of(o, s) = (struct own_note){ true, false, s->version,
		    s->size };
		break;
	case STEP_TRASH:
	case STEP_RESTORE:
		note_of(o, s)->trashed = s->kind == STEP_TRASH;
		break;
	case STEP_LINK:
		o->links++;
		break;
	case STEP_REVOKE:
		o->revoked++;
		break;
	case STEP_FILE:
	case STEP_FILE_END:
		play_file(o, s);
		break;
	}
}

/* ---- a batch is made up ---- */

struct maker {
	struct own	*o;
	struct rng	*r;
	uint32_t	 thread;
};

static uint32_t
pick_size(struct rng *r)
{
	switch (rng_below(r, 60)) {
	case 0:
		return (uint32_t)(20000 + rng_below(r, 20000));
	case 1:
	case 2:
	case 3:
	case 4:
		return (uint32_t)(2000 + rng_below(r, 7000));
	default:
		return (uint32_t)rng_below(r, 300);
	}
}

/* A note of the thread, with what it is now. */
static struct step
on_note(const struct maker *k, enum step_kind kind, uint32_t index)
{
	const struct own_note *n = &k->o->notes[index];

	return (struct step){ .kind = kind,
	    .board = script_board(k->o, index),
	    .subject = script_note(k->thread, index),
	    .version = n->version, .size = n->size };
}

static struct step
make_edit(const struct maker *k, uint32_t index)
{
	struct step s = on_note(k, STEP_EDIT, index);

	s.version++;
	s.size = pick_size(k->r);
	return s;
}

/* Edits, trashes or restores one; the first note is never trashed. */
static struct step
make_note(const struct maker *k)
{
	uint32_t most = SCRIPT_NOTES + (k->o->board ? SCRIPT_PRIVATE : 0);
	uint32_t index = (uint32_t)rng_below(k->r, most);
	const struct own_note *n = &k->o->notes[index];

	if (n->trashed)
		return on_note(k, STEP_RESTORE, index);
	if (n->there && index > 0 && rng_chance(k->r, 1, 5))
		return on_note(k, STEP_TRASH, index);
	return make_edit(k, index);
}

static struct step
make_board(const struct maker *k)
{
	if (k->o->board == 0)
		return (struct step){ .kind = STEP_BOARD,
		    .board = THREAD_STRIDE * (k->thread + 1) + k->o->boards };
	return (struct step){ .kind = STEP_BOARD_END, .board = k->o->board };
}

static struct step
make_link(const struct maker *k)
{
	struct step s = { .board = script_home(k->thread) };

	if (k->o->links > k->o->revoked && rng_chance(k->r, 2, 5)) {
		s.kind = STEP_REVOKE;
		s.subject = script_link(k->thread, k->o->revoked);
	} else {
		s.kind = STEP_LINK;
		s.subject = script_link(k->thread, k->o->links);
	}
	return s;
}

/* A file for a note that is there; false where there is no room for one. */
static bool
make_file(const struct maker *k, struct step *out)
{
	static const uint32_t sizes[] = { 1024, 65535, 65536, 65537, 65537,
	    1 << 20 };
	struct own_file f = { .there = true, .number = k->o->files_made };
	const struct own_note *n;
	uint32_t i;

	for (i = 0; i < SCRIPT_FILES && k->o->files[i].there; i++)
		continue;
	f.note = (uint32_t)rng_below(k->r, SCRIPT_NOTES + SCRIPT_PRIVATE);
	n = &k->o->notes[f.note];
	if (i == SCRIPT_FILES || !n->there || n->trashed)
		return false;
	f.version = (uint32_t)rng_below(k->r, 3);
	f.size = sizes[rng_below(k->r, sizeof(sizes) / sizeof(sizes[0]))];
	*out = script_file(k->o, k->thread, &f);
	return true;
}

/* Takes a file away from a note that is not in the trash. */
static bool
make_file_end(const struct maker *k, struct step *out)
{
	const struct own_file *f = &k->o->files[rng_below(k->r, SCRIPT_FILES)];

	if (!f->there || k->o->notes[f->note].trashed)
		return false;
	*out = script_file(k->o, k->thread, f);
	out->kind = STEP_FILE_END;
	return true;
}

static struct step
make_step(const struct maker *k)
{
	uint64_t what = rng_below(k->r, 20);
	struct step s;

	if (what > 16 && make_file_end(k, &s))
		return s;
	if (what == 0)
		return make_board(k);
	if (what < 3)
		return make_link(k);
	if (what < 5 && script_named(k->thread) != 0)
		return (struct step){ .kind = STEP_TITLE,
		    .board = script_named(k->thread),
		    .version = k->o->title + 1 };
	return make_note(k);
}

/* The boards of all; the very first batch makes them. */
static size_t
make_shared(struct step *out)
{
	size_t n;

	for (n = 0; n < SCRIPT_SHARED; n++)
		out[n] = (struct step){ .kind = STEP_BOARD,
		    .board = (uint32_t)n + 1 };
	return n;
}

size_t
script_batch(struct own *o, struct rng *r, uint32_t thread, uint32_t number,
    struct step out[SCRIPT_BATCH])
{
	const struct maker k = { o, r, thread };
	size_t most = 1 + rng_below(r, SCRIPT_BATCH - 1), n = 0;

	if (thread == 0 && number == 0)
		n = make_shared(out);
	else if (rng_chance(r, 1, 5) && make_file(&k, &out[0]))
		own_play(o, &out[n++]);	/* first, as its note must be there */
	else if (rng_chance(r, 1, 2))
		for (; n < most; n++) {
			out[n] = make_step(&k);
			own_play(o, &out[n]);
		}
	out[n] = make_edit(&k, 0);
	out[n].key = THREAD_STRIDE * thread + number + 1;
	own_play(o, &out[n]);
	return n + 1;
}
