#ifndef STORE_MUTATION_H
#define STORE_MUTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cursor.h"
#include "base/record.h"
#include "base/status.h"
#include "base/str.h"

/*
 * What store_apply plays.  All that a mutation points to belongs to the caller
 * and must stay until store_apply returns.  Digests are 32 bytes (SHA-256).
 */
enum mutation_kind {
	MUT_BOARD_CREATE,
	MUT_BOARD_UPDATE,
	MUT_BOARD_DELETE,
	MUT_BOARD_INDEX,	/* brings its search index forward */
	MUT_NOTE_EDIT,
	MUT_NOTE_TRASH,
	MUT_NOTE_RESTORE,	/* out of the trash, or to an old revision */
	MUT_NOTE_PURGE,		/* for good, from the trash or not */
	MUT_LINK_ADD,
	MUT_LINK_REVOKE,
	MUT_SESSION_JOIN,
	MUT_SESSION_END,
	MUT_TICKET_ADD,
	MUT_TICKET_USE,
	MUT_FILE_ADD,
	MUT_FILE_DELETE,
};

struct new_link {
	const char		*id;
	const unsigned char	*digest;	/* of its token */
	enum role		 role;
	const char		*label;
	int64_t			 expires_at;
};

/* BOARD_CREATE takes all, BOARD_UPDATE the first two, each NULL to leave it. */
struct board_mutation {
	const char		*title;
	const char		*settings;
	const struct new_link	*links;
	size_t			 links_n;
	const unsigned char	*source;	/* digest of who asks */
	int64_t			 per_hour;	/* boards a source; 0: no limit */
};

/*
 * A restore to the revision that a note has already is no change, as
 * is one out of the trash where the note is not in it.
 *
 * A board's index is not kept by its writers.  BOARD_INDEX takes in a bounded
 * number of notes that changed since; it is no change of the board.
 */
struct note_mutation {
	const char		*id;
	enum precondition	 pre;
	int64_t			 rev;		/* for PRE_REV */
	const char		*key;		/* NULL: none */
	const unsigned char	*digest;	/* of what the key stands for */
	struct edit		 edit;		/* of NOTE_EDIT */
	int64_t			 to_rev;	/* of NOTE_RESTORE; 0: none */
	int64_t			 created_at;	/* of NOTE_EDIT; 0: now */
	int64_t			 updated_at;	/* the same */
};

struct session_mutation {
	const unsigned char	*digest;	/* of its handle */
	int64_t			 link;		/* access.link, for JOIN */
	int64_t			 expires_at;	/* for JOIN */
};

struct upload;

/* FILE_ADD takes all, FILE_DELETE the id. */
struct file_mutation {
	const char		*id;
	const char		*note;
	const char		*name;
	const char		*type;
	const unsigned char	*digest;	/* of the content */
	struct upload		*upload;	/* whole (store/file.h) */
	int64_t			 created_at;	/* 0: now; else the note's times
						   stay as they are */
};

/*
 * A ticket stands for a link, once.  ADD takes all and drops the tickets that
 * have expired; USE takes the digest, for the board of the mutation.
 */
struct ticket_mutation {
	const unsigned char	*digest;	/* of the ticket */
	int64_t			 link;		/* access.link */
	int64_t			 expires_at;
	int64_t			 max;		/* open tickets of one link */
};

/*
 * What came of one mutation.  ST_NOTFOUND: no such board, note, revision, file,
 * link or ticket, or the file's note is in the trash; ST_GONE: the note was
 * purged, and its id is not used again;
 * ST_CONFLICT: the precondition does not hold, or an id is taken (a board's
 * stays so after its end); ST_REUSED;
 * ST_LIMIT: too many boards from that source, or tickets of that link, or no
 * room for that file; or what the edit answered.
 */
struct outcome {
	enum status	st;
	struct cursor	at;		/* its change in the log */
	char		id[ID_SIZE];	/* of the note */
	int64_t		link;		/* that the used ticket stood for */
	bool		created;	/* the note or file is new */
	bool		replayed;	/* the key, or the very file, was known:
					   nothing done now */
	bool		more;		/* the index is still behind */
};

struct mutation {
	enum mutation_kind	 kind;
	const char		*board;
	int64_t			 actor;		/* access.link, 0 for none */
	union {
		struct board_mutation	 fields;
		struct note_mutation	 note;
		note_text_fn		*text;	/* for BOARD_INDEX */
		struct new_link		 link;	/* REVOKE looks at its id */
		struct session_mutation	 session;
		struct ticket_mutation	 ticket;
		struct file_mutation	 file;
	};
	struct outcome		 out;
};

#endif
