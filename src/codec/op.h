#ifndef CODEC_OP_H
#define CODEC_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/record.h"
#include "base/str.h"
#include "codec/json.h"

/*
 * An operation on a note: what a client asks for, checked.  The routes of
 * single notes build one, POST …/ops brings an array of them; both go on as
 * one batch.
 */
enum op_kind {
	OP_PUT,			/* the whole note */
	OP_PATCH,		/* some members of it */
	OP_DELETE,		/* to the trash */
	OP_RESTORE,		/* out of the trash, or to a revision */
	OP_PUT_ITEM,		/* some members of one checklist item, or a new one */
	OP_DELETE_ITEM,
	OP_PURGE,		/* for good; in no batch */
};

/* Bytes of a client's key: 1 to 64 of [A-Za-z0-9_-], and a NUL. */
#define KEY_SIZE	65

struct op {
	enum op_kind		 kind;
	char			 id[ID_SIZE];
	char			 item[ID_SIZE];	/* of the two item kinds */
	enum precondition	 pre;
	int64_t			 rev;		/* for PRE_REV */
	int64_t			 to_rev;	/* of OP_RESTORE; 0: none */
	char			 key[KEY_SIZE];	/* "" for none */
	const struct cJSON	*doc;		/* belongs to the parsed text */

	/* set by the caller before op_edit, or op_canonical */
	int64_t			 note_max;	/* bytes a new body may have */
	enum status		(*new_id)(char out[ID_SIZE]);	/* for items */
	bool			 id_made;	/* `id` is ours, not the client's */

	/* set by op_edit */
	bool			 created;	/* the note or the item is new */
	struct problem		 why;		/* filled on ST_INVALID */
};

/* Operations of one batch, at most. */
#define OP_BATCH_MAX	100

/*
 * Reads {"ops":[…]} (1 to 100 of them).  Each is
 * {"op","id","item"?,"if_match"?,"key","doc"?,"rev"?}: `if_match` is a revision
 * as text, "*" for any, "0" for a note that must not exist yet; without it the
 * precondition is PRE_MISSING (PRE_NONE for the item kinds).  `rev`, only of a
 * restore, is the revision to go back to, as text.  A fault in one
 * operation fails the whole text: ST_INVALID, `*why` names the index; but docs
 * are left to op_check, so that each stands or fails alone.  ST_NOMEM.
 * The caller frees `*out` with free(), after the last use of `text`'s `*json`,
 * which owns the docs and is freed with json_free.
 */
enum status op_parse_batch(const struct cJSON *json, struct op **out, size_t *n,
    struct problem *why);

/*
 * Checks the doc of one operation against the rules of a note or item: known
 * members only (those that the service sets are taken and ignored, so that
 * what was read can be sent back), right types, lengths and ranges.  Deletes
 * and restores have no doc.  ST_INVALID with `*why`, ST_NOMEM.
 */
enum status op_check(const struct op *op, struct problem *why);

/*
 * Reads a revision to go back to: 1 or more, as text; 0 where `v` is NULL.
 * ST_INVALID with `*why`.
 */
enum status op_read_rev(const struct cJSON *v, int64_t *rev,
    struct problem *why);

/* Whether `s` is a key. */
bool op_is_key(const char *s);

/*
 * The pure change that the operation makes to a note's body (struct edit);
 * `arg` is the struct op, its doc checked or not.  OP_DELETE, OP_RESTORE
 * and OP_PURGE have none.  ST_INVALID with op->why, ST_TOOBIG past note_max, ST_NOTFOUND
 * for an item or a note that is not there, ST_NOMEM, or what new_id answered;
 * then nothing is appended.  Whether the note is in the trash is not looked at.
 */
enum status op_edit(void *arg, const struct note *old, struct buf *body);

/*
 * Appends a form of the operation whose doc passed op_check: the same bytes
 * whatever the order of members, white space, escapes and members that are
 * ignored.  Its digest is what an idempotency key stands for.  The key is not
 * in it, nor an id that the service made: a retry would bring another one.
 */
void op_canonical(const struct op *op, struct buf *b);

#endif
