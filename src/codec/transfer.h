#ifndef CODEC_TRANSFER_H
#define CODEC_TRANSFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/problem.h"
#include "base/status.h"
#include "base/str.h"

/*
 * The records that carry a board from one place to another, as they come back:
 * JSON texts, each checked by the rules that it was written by.  All answer
 * ST_INVALID with `*why`, or ST_NOMEM.
 */

/* The only version of the form, in the member "notewire". */
#define TRANSFER_VERSION	1

#define TRANSFER_TITLE_MAX	200
#define TRANSFER_SETTINGS_MAX	4096

struct transfer_board {
	char		title[TRANSFER_TITLE_MAX + 1];
	struct buf	settings;	/* a JSON object; empty: none given */
};

struct transfer_note {
	char	id[ID_SIZE];
	int64_t	created_at;	/* 0: not said */
	int64_t	updated_at;
};

enum status transfer_read_version(const char *text, size_t n,
    struct problem *why);

/* {"id"?,"title"?,"settings"?}; the id stands for the reader. */
void transfer_board_init(struct transfer_board *b);
void transfer_board_fini(struct transfer_board *b);
enum status transfer_read_board(const char *text, size_t n,
    struct transfer_board *out, struct problem *why);

/* How notes are read. */
struct transfer_rules {
	int64_t		note_max;	/* bytes of a body */
	enum status	(*new_id)(char out[ID_SIZE]);	/* for items */
};

/*
 * A note as it is printed; only its id must be there.  Appends its canonical
 * body.  What the service sets is ignored but for the times; a note in the
 * trash is refused.  ST_TOOBIG with `*why`: a body past the limit.
 */
enum status transfer_read_note(const char *text, size_t n,
    const struct transfer_rules *rules, struct transfer_note *out,
    struct buf *body, struct problem *why);

/* Shows the id of each file of a printed note, until `fn` returns false. */
typedef bool transfer_id_fn(void *arg, const char *id);
enum status transfer_note_files(const char *text, size_t n, transfer_id_fn *fn,
    void *arg);

#define TRANSFER_NAME_SIZE	256

struct transfer_file {
	char	id[ID_SIZE];
	char	note[ID_SIZE];
	char	name[TRANSFER_NAME_SIZE];	/* as it came */
	int64_t	size;
	int64_t	created_at;	/* 0: not said */
};

/*
 * {"id","note","name","size","data"} and, if they are there, "type", which
 * stands for the reader, and "created_at".  The content is looked at elsewhere:
 * here "data" must be "".
 */
enum status transfer_read_file(const char *text, size_t n,
    struct transfer_file *out, struct problem *why);

#endif
