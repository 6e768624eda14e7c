#include "script.h"

#include <stdio.h>
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
		memset(&o->notes[SCRIPT_NOTES], 0,
		    SCRIPT_PRIVATE * sizeof(o->notes[0]));
		o->board = 0;
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

static struct step
make_step(const struct maker *k)
{
	uint64_t what = rng_below(k->r, 20);

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

/* ---- a step for the store ---- */

void
step_id(char kind, uint32_t n, char out[ID_SIZE])
{
	(void)snprintf(out, ID_SIZE, "%c%021u", kind, n);
}

void
step_digest(char kind, uint32_t n, unsigned char out[32])
{
	memset(out, kind, 32);
	memcpy(out, &n, sizeof(n));
}

void
step_title(uint32_t version, char out[32])
{
	(void)snprintf(out, 32, "title %u", version);
}

void
step_body(const struct step *s, struct buf *body)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz     ";
	struct rng r = { ((uint64_t)s->board << 40) ^
	    ((uint64_t)s->subject << 16) ^ s->version };
	uint32_t i;

	buf_addf(body, "{\"kind\":\"text\",\"title\":\"%u-%u\",\"text\":\"",
	    s->subject, s->version);
	for (i = 0; i < s->size; i++)
		buf_addc(body, letters[rng_below(&r, sizeof(letters) - 1)]);
	buf_adds(body,
	    "\",\"color\":\"default\",\"pinned\":false,\"pos\":0}");
}

static enum status
write_body(void *arg, const struct note *old, struct buf *body)
{
	(void)old;
	step_body(arg, body);
	return ST_OK;
}

static enum mutation_kind
kind_of(const struct step *s)
{
	static const enum mutation_kind kinds[] = {
		[STEP_BOARD] = MUT_BOARD_CREATE,
		[STEP_BOARD_END] = MUT_BOARD_DELETE,
		[STEP_TITLE] = MUT_BOARD_UPDATE,
		[STEP_EDIT] = MUT_NOTE_EDIT,
		[STEP_TRASH] = MUT_NOTE_TRASH,
		[STEP_RESTORE] = MUT_NOTE_RESTORE,
		[STEP_LINK] = MUT_LINK_ADD,
		[STEP_REVOKE] = MUT_LINK_REVOKE,
	};

	return kinds[s->kind];
}

static void
fill_note(const struct step *s, struct step_room *room, struct note_mutation *n)
{
	step_id('n', s->subject, room->id);
	n->id = room->id;
	n->pre = PRE_NONE;
	n->edit.fn = write_body;
	n->edit.arg = (void *)(uintptr_t)s;
	if (s->key == 0)
		return;
	step_id('k', s->key, room->key);
	step_digest('k', s->key, room->digest);
	n->key = room->key;
	n->digest = room->digest;
}

struct mutation
step_mutation(const struct step *s, struct step_room *room)
{
	struct mutation m = { .kind = kind_of(s), .board = room->board };

	step_id('b', s->board, room->board);
	switch ((enum step_kind)s->kind) {
	case STEP_BOARD:
	case STEP_TITLE:
		step_title(s->version, room->title);
		m.fields.title = room->title;
		break;
	case STEP_EDIT:
	case STEP_TRASH:
	case STEP_RESTORE:
		fill_note(s, room, &m.note);
		break;
	case STEP_LINK:
	case STEP_REVOKE:
		step_id('l', s->subject, room->id);
		step_digest('l', s->subject, room->digest);
		m.link = (struct new_link){ .id = room->id,
		    .digest = room->digest, .role = ROLE_READ, .label = "" };
		break;
	case STEP_BOARD_END:
		break;
	}
	return m;
}
