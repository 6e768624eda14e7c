#ifndef BASE_RECORD_H
#define BASE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/cursor.h"
#include "base/status.h"

/*
 * The records of a board: what the store hands out and the codec prints.
 * Every pointer in them belongs to the giver and is good only until the call
 * that shows the record returns.  Times are wall-clock milliseconds, 0 for
 * "not".
 */

/* What a link allows; a higher role includes the lower ones. */
enum role {
	ROLE_NONE = 0,
	ROLE_READ,
	ROLE_WRITE,
	ROLE_ADMIN,
};

struct board {
	const char	*id;
	const char	*title;
	const char	*settings;	/* a JSON object */
	int64_t		 rev;		/* seq of the last change to these */
	int64_t		 created_at;
	struct cursor	 head;		/* the newest change */
};

struct note {
	const char	*id;
	int64_t		 rev;		/* seq of the note's last change */
	const char	*body;		/* a JSON object: what people wrote */
	size_t		 body_len;
	int64_t		 created_at;
	int64_t		 updated_at;
	int64_t		 trashed_at;
	const char	*by;		/* label of the link, "" for none */
	const char	*files;		/* a JSON array, of those it has now;
					   NULL for none */
};

/* An attachment, without its content. */
struct file {
	const char		*id;
	const char		*note;	/* the note's id */
	const char		*name;
	const char		*type;	/* a media type */
	int64_t			 size;
	const unsigned char	*digest;	/* SHA-256 of the content */
	int64_t			 created_at;
};

/* A body that a note has or had. */
struct revision {
	int64_t		 rev;		/* of the change that brought it */
	int64_t		 at;		/* 0: not known */
	const char	*by;		/* label of the link, "" for none */
	const char	*body;		/* as note.body */
	size_t		 body_len;
};

/* Subjects of changes that are not notes. */
#define SUBJECT_BOARD	"_board"
#define SUBJECT_LINKS	"_links"

struct change {
	int64_t			 seq;
	const char		*id;	/* a note, or a SUBJECT_… */
	bool			 deleted;
	const struct note	*note;	/* as of seq; NULL: not asked, or gone */
};

struct link {
	const char	*id;
	enum role	 role;
	const char	*label;
	int64_t		 created_at;
	int64_t		 expires_at;
};

/*
 * A pure change of a note's body, played inside a transaction: reads `old`
 * (NULL where there is no such note) and appends the new body.  Any failure
 * leaves the note as it was.
 */
struct edit {
	enum status	(*fn)(void *arg, const struct note *old, struct buf *body);
	void		*arg;
};

/*
 * A pure function that appends the text in which a search finds the note, in
 * the form that words searched for have.  ST_INVALID for a body that cannot be
 * read; ST_NOMEM, ST_TOOBIG.
 */
typedef enum status note_text_fn(const struct note *n, struct buf *text);

/* What must hold of a note before an operation touches it (RFC 9110, 13.1). */
enum precondition {
	PRE_MISSING = 0,	/* none given */
	PRE_NONE,		/* none needed: last writer wins */
	PRE_ABSENT,		/* there must be no such note */
	PRE_EXISTS,		/* any revision will do */
	PRE_REV,		/* exactly that revision */
};

/* "read", "write", "admin", "none".  Static. */
const char *role_name(enum role r);
/* The reverse; ROLE_NONE for anything else. */
enum role role_parse(const char *name);

#endif
