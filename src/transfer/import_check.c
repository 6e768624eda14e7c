#include <string.h>

#include "codec/file_type.h"
#include "codec/names.h"
#include "transfer/import_priv.h"

/* Notes, and files, of one text: what is remembered of them is bounded. */
#define RECORDS_MAX	200000

/* The first walk. */
struct check {
	struct import		*im;
	struct transfer_board	 board;
	struct buf		 body;
	struct names		 notes;		/* ids seen */
	struct names		 files;
	struct names_set	 notes_set;
	struct names_set	 files_set;
	int64_t			 notes_n;
	int64_t			 files_n;
	int64_t			 room;		/* bytes left for files */
	char			 last[ID_SIZE];	/* the note of the last file */
	int			 in_a_row;	/* files of that note */
	bool			 has_version;
	bool			 has_notes;
};

static enum status
refuse(struct check *k, const char *rule)
{
	return problem_set(&k->im->problem, PROBLEM_INVALID, "%s", rule);
}

static enum status
see_member(void *arg, const char *name, const char *text, size_t n)
{
	struct check *k = arg;
	struct problem *why = &k->im->problem;
	bool list = n == 1 && text[0] == '[';

	if (strcmp(name, "notewire") == 0) {
		k->has_version = true;
		return transfer_read_version(text, n, why);
	}
	if (strcmp(name, "board") == 0)
		return list ? refuse(k, "board: not an object") :
		    transfer_read_board(text, n, &k->board, why);
	if (strcmp(name, "exported_at") == 0)
		return text[0] == '"' ? ST_OK :
		    refuse(k, "exported_at: not a string");
	if (strcmp(name, "notes") == 0) {
		k->has_notes = true;
		return list ? ST_OK : refuse(k, "notes: not an array");
	}
	if (strcmp(name, "files") != 0)
		return problem_set(&k->im->problem, PROBLEM_INVALID,
		    "unknown member %s", name);
	if (!list)
		return refuse(k, "files: not an array");
	return k->has_notes ? ST_OK :
	    refuse(k, "files: they stand behind the notes");
}

/* An id that comes for the first time. */
static enum status
add_id(struct check *k, struct names *ids, struct names_set *set,
    const char *id)
{
	enum status st = names_add(ids, set, id);

	if (st == ST_CONFLICT)
		return refuse(k, "id: given twice");
	if (st == ST_TOOBIG)
		return problem_set(&k->im->problem, PROBLEM_TOO_LARGE,
		    "more than %d records", RECORDS_MAX);
	return st;
}

static enum status
see_note(struct check *k, const char *text, size_t n)
{
	struct transfer_note note;
	enum status st;

	buf_reset(&k->body);
	st = transfer_read_note(text, n, &k->im->rules, &note, &k->body,
	    &k->im->problem);
	return st ? st : add_id(k, &k->notes, &k->notes_set, note.id);
}

/* Its note is in this text, and has not too many of them. */
static enum status
check_note(struct check *k, const char *note)
{
	enum status st = names_add(&k->notes, &k->notes_set, note);

	if (st == ST_OK)
		return refuse(k, "note: not one of this text");
	if (st != ST_CONFLICT)
		return st;
	if (strcmp(k->last, note) != 0)
		k->in_a_row = 0;
	(void)str_copy(k->last, sizeof(k->last), note);
	return ++k->in_a_row > FILES_A_NOTE ? import_full(k->im) : ST_OK;
}

static enum status
check_content(struct check *k, const struct transfer_file *f)
{
	int64_t max = k->im->config->file_bytes;
	struct import_content body;
	enum status st;

	if (f->size > max)
		return problem_set(&k->im->problem, PROBLEM_TOO_LARGE,
		    "a file may have %lld bytes", (long long)max);
	st = import_content(k->im, NULL, &body);
	if (st == ST_INVALID)
		return refuse(k, "data: not base64");
	if (st == ST_OK && body.size != f->size)
		return refuse(k, "size: not that of the data");
	return st;
}

static void
ignore_file(void *arg, const struct file *f)
{
	(void)arg;
	(void)f;
}

static enum status
see_file(struct check *k, const char *text, size_t n)
{
	struct transfer_file f;
	enum status st;

	st = transfer_read_file(text, n, &f, &k->im->problem);
	if (st == ST_OK && !file_name_allowed(f.name))
		st = refuse(k, "name: without control characters, / and \\");
	if (st == ST_OK)
		st = add_id(k, &k->files, &k->files_set, f.id);
	if (st == ST_OK)
		st = check_note(k, f.note);
	if (st == ST_OK)
		st = check_content(k, &f);
	if (st)
		return st;
	st = store_file(k->im->store, k->im->board, f.id, ignore_file,
	    NULL, NULL);
	if (st != ST_NOTFOUND)
		return st;		/* it is there, so it takes no room */
	k->room -= f.size;
	return k->room < 0 ? import_full(k->im) : ST_OK;
}

static enum status
see_element(void *arg, const char *name, const char *text, size_t n)
{
	struct check *k = arg;
	struct problem *why = &k->im->problem, fault;
	bool note = strcmp(name, "notes") == 0;
	enum status st;

	st = note ? see_note(k, text, n) : see_file(k, text, n);
	fault = *why;
	if (st && fault.kind != PROBLEM_NONE)
		(void)problem_set(why, fault.kind, "%s[%lld]: %s", name,
		    (long long)(note ? k->notes_n : k->files_n), fault.detail);
	if (note)
		k->notes_n++;
	else
		k->files_n++;
	return st;
}

static enum status
see_piece(void *arg, const char *text, size_t n)
{
	struct check *k = arg;

	import_piece(k->im, text, n);
	return ST_OK;
}

static enum status
walk(struct check *k)
{
	struct json_split_sink sink = { see_member, see_element, see_piece, k };
	enum status st;

	st = store_file_room(k->im->store, k->im->board, &k->room);
	if (st == ST_OK)
		st = import_walk(k->im, &sink);
	if (st == ST_OK && !k->has_version)
		st = refuse(k, "notewire: missing; that is no export");
	if (st == ST_OK && !k->has_notes)
		st = refuse(k, "notes: missing");
	return st;
}

enum status
import_check(struct import *im)
{
	struct check k = { .im = im };
	enum status st;

	transfer_board_init(&k.board);
	buf_init(&k.body, 8 * (size_t)im->rules.note_max);
	names_init(&k.notes, (size_t)RECORDS_MAX * ID_LEN, RECORDS_MAX);
	names_init(&k.files, (size_t)RECORDS_MAX * ID_LEN, RECORDS_MAX);
	names_open(&k.notes, &k.notes_set);
	names_open(&k.files, &k.files_set);
	st = walk(&k);
	transfer_board_fini(&k.board);
	buf_fini(&k.body);
	names_fini(&k.notes);
	names_fini(&k.files);
	return st;
}
