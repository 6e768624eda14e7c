#include <string.h>

#include "transfer/import_priv.h"

/* Notes that come in one transaction, unless their bodies pass so many bytes. */
#define BATCH_NOTES	64
#define BATCH_BYTES	((size_t)256 << 10)

/* A note on its way. */
struct step {
	struct transfer_note	 note;
	const struct buf	*bodies;
	size_t			 at;		/* its body there */
	size_t			 len;
};

/* The second walk. */
struct apply {
	struct import		*im;
	struct transfer_board	 board;
	struct buf		 bodies;
	struct step		 steps[BATCH_NOTES];
	size_t			 n;
};

static enum status
copy_body(void *arg, const struct note *old, struct buf *body)
{
	const struct step *s = arg;

	(void)old;
	buf_add(body, s->bodies->data + s->at, s->len);
	return buf_status(body);
}

static enum status
play_notes(struct apply *a)
{
	struct mutation m[BATCH_NOTES];
	enum status st;
	size_t i;

	if (a->n == 0)
		return ST_OK;
	for (i = 0; i < a->n; i++)
		m[i] = (struct mutation){
			.kind = MUT_NOTE_EDIT,
			.board = a->im->board,
			.actor = a->im->actor,
			.note = { .id = a->steps[i].note.id, .pre = PRE_ABSENT,
			    .edit = { .fn = copy_body, .arg = &a->steps[i] },
			    .created_at = a->steps[i].note.created_at,
			    .updated_at = a->steps[i].note.updated_at },
		};
	st = store_apply(a->im->store, m, a->n);
	for (i = 0; i < a->n && st == ST_OK; i++) {
		if (m[i].out.st == ST_OK)
			a->im->notes.created++;
		else if (m[i].out.st == ST_CONFLICT ||
		    m[i].out.st == ST_GONE)	/* there, or purged */
			a->im->notes.skipped++;
		else
			st = m[i].out.st;
	}
	a->n = 0;
	buf_reset(&a->bodies);
	return st;
}

static enum status
add_note(struct apply *a, const char *text, size_t n)
{
	struct step *s = &a->steps[a->n];
	enum status st;

	s->bodies = &a->bodies;
	s->at = a->bodies.len;
	st = transfer_read_note(text, n, &a->im->rules, &s->note, &a->bodies,
	    &a->im->problem);
	if (st)
		return st;
	s->len = a->bodies.len - s->at;
	a->n++;
	return a->n == BATCH_NOTES || a->bodies.len >= BATCH_BYTES ?
	    play_notes(a) : ST_OK;
}

static enum status
play_file(struct apply *a, const struct transfer_file *f, struct upload *u)
{
	struct import_content body;
	struct mutation m;
	enum status st;

	st = import_content(a->im, u, &body);
	if (st)
		return st;
	m = (struct mutation){
		.kind = MUT_FILE_ADD,
		.board = a->im->board,
		.actor = a->im->actor,
		.file = { .id = f->id, .note = f->note, .name = f->name,
		    .type = body.type, .digest = body.digest, .upload = u,
		    .created_at = f->created_at },
	};
	st = store_apply_one(a->im->store, &m);
	if (st == ST_OK && m.out.created)
		a->im->files.created++;
	else if (st == ST_OK || st == ST_CONFLICT || st == ST_NOTFOUND)
		a->im->files.skipped++;
	return st == ST_CONFLICT || st == ST_NOTFOUND ? ST_OK : st;
}

static void
ignore_file(void *arg, const struct file *f)
{
	(void)arg;
	(void)f;
}

/* A file of a note that is here in the trash is skipped as its note is. */
static enum status
add_file(struct apply *a, const char *text, size_t n)
{
	struct upload_wish wish = { .board = a->im->board };
	struct transfer_file f;
	struct upload *u = NULL;
	enum status st;

	st = transfer_read_file(text, n, &f, &a->im->problem);
	if (st)
		return st;
	wish.note = f.note;
	wish.id = f.id;
	wish.size = f.size;
	st = store_file(a->im->store, a->im->board, f.id, ignore_file,
	    NULL, NULL);
	if (st == ST_NOTFOUND) {
		st = store_upload_open(a->im->store, &wish, &u);
		if (st == ST_OK)
			st = play_file(a, &f, u);
		else if (st == ST_NOTFOUND) {
			a->im->files.skipped++;
			st = ST_OK;
		}
	} else if (st == ST_OK)
		a->im->files.skipped++;
	a->im->data_len = 0;
	store_upload_close(u);
	return st == ST_LIMIT ? import_full(a->im) : st;
}

static enum status
see_element(void *arg, const char *name, const char *text, size_t n)
{
	struct apply *a = arg;

	return strcmp(name, "notes") == 0 ? add_note(a, text, n) :
	    add_file(a, text, n);
}

static bool
copy_title(void *arg, const struct board *b, enum role role)
{
	bool *untitled = arg;

	(void)role;
	*untitled = b->title[0] == '\0';
	return true;
}

/* A board without a title takes over title and settings. */
static enum status
add_board(struct apply *a, const char *text, size_t n)
{
	struct mutation m = { .kind = MUT_BOARD_UPDATE, .board = a->im->board,
	    .actor = a->im->actor };
	bool untitled = false;
	enum status st;

	st = transfer_read_board(text, n, &a->board, &a->im->problem);
	if (st == ST_OK)
		st = store_snapshot(a->im->store, a->im->board,
		    copy_title, NULL, &untitled);
	if (st || !untitled || (a->board.title[0] == '\0' &&
	    a->board.settings.len == 0))
		return st;
	m.fields.title = a->board.title;
	m.fields.settings = a->board.settings.len ? a->board.settings.data :
	    NULL;
	return store_apply_one(a->im->store, &m);
}

static enum status
see_member(void *arg, const char *name, const char *text, size_t n)
{
	struct apply *a = arg;

	if (strcmp(name, "board") == 0)
		return add_board(a, text, n);
	/* the notes before their files */
	return strcmp(name, "files") == 0 ? play_notes(a) : ST_OK;
}

static enum status
see_piece(void *arg, const char *text, size_t n)
{
	struct apply *a = arg;

	import_piece(a->im, text, n);
	return ST_OK;
}

enum status
import_apply(struct import *im)
{
	struct json_split_sink sink = { see_member, see_element, see_piece,
	    NULL };
	struct apply a = { .im = im };
	enum status st;

	sink.arg = &a;
	transfer_board_init(&a.board);
	buf_init(&a.bodies, BATCH_BYTES + 8 * (size_t)im->rules.note_max);
	st = import_walk(im, &sink);
	if (st == ST_OK)
		st = play_notes(&a);
	transfer_board_fini(&a.board);
	buf_fini(&a.bodies);
	return st;
}
