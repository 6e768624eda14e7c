#ifndef STORE_UPKEEP_H
#define STORE_UPKEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "store/store.h"

/*
 * What an owner does with the data as a whole, while the services run or not.
 */

/*
 * Copies everything, as of one moment after the call began, into a directory
 * that has no backup yet (made, 0700, where it is missing).  Writers wait only
 * while the contents that came last are copied; the database is there, under its name,
 * once all is on the disk.  ST_CONFLICT: there is a backup already;
 * ST_DENIED, ST_FULL, ST_READONLY, ST_NOMEM, ST_IO.
 */
struct backup {
	int64_t	commits;	/* transactions that are in it */
	int64_t	boards;
	int64_t	contents;	/* files beside the database … */
	int64_t	bytes;		/* … and the size of all, with it */
};

enum status store_backup(struct store *s, const char *to, struct backup *out);

/*
 * Puts a backup, or the copy of a database alone, in the place of all that is
 * in the data directory, in one transaction under a new epoch: who comes with
 * an older cursor gets a reset.  What was there stays beside it, as
 * notes.db.before-restore.  A store that is open at the same time, here or
 * elsewhere, goes on with what came.
 *
 * ST_NOTFOUND: `from` is no backup, or a content is missing; ST_INVALID: it is
 * damaged, or not Notewire's; ST_CONFLICT: it was made of other data than
 * those that are there; ST_NEWER, ST_DENIED, ST_FULL, ST_READONLY, ST_NOMEM, ST_IO.
 * Nothing was changed then.
 */
enum status store_restore(const struct store_options *o, const char *from,
    struct backup *out);

/* What can be wrong with the data. */
enum fault {
	FAULT_DATABASE,		/* SQLite finds it damaged */
	FAULT_REFERENCE,	/* a row names one that is not there */
	FAULT_LOG,		/* a board's log has a gap */
	FAULT_BODY,		/* a note has no body */
	FAULT_SUM,		/* a sum of sizes is not that of the files */
	FAULT_MISSING,		/* a file's content is not there */
	FAULT_SIZE,		/* … or not of its size */
	FAULT_ORPHAN,		/* a content that no file has */
};

/* "database", "reference" …  Static. */
const char *fault_name(enum fault f);

typedef void store_fault_fn(void *arg, enum fault f, const char *detail);

/*
 * Looks for all of them, as of one moment, and shows each.  With `tidy` it
 * removes the contents that no file has, once they were shown.
 */
enum status store_check(struct store *s, bool tidy, store_fault_fn *fn,
    void *arg);

/* How much there is. */
struct figures {
	char	epoch[EPOCH_SIZE];
	char	instance[17];
	int64_t	schema;
	int64_t	commits;
	int64_t	boards;
	int64_t	notes;
	int64_t	trashed;	/* of them */
	int64_t	revisions;
	int64_t	changes;	/* that the logs keep */
	int64_t	links;		/* that are good */
	int64_t	sessions;
	int64_t	files;
	int64_t	file_bytes;
	int64_t	database_bytes;
	int64_t	wal_bytes;
};

enum status store_figures(struct store *s, struct figures *out);

/* A value that a query brought. */
struct sql_value {
	enum { SQL_NULL, SQL_INT, SQL_REAL, SQL_TEXT, SQL_BLOB } kind;
	int64_t		 number;
	double		 real;
	const void	*bytes;		/* of a text, with a NUL behind it, or a blob */
	size_t		 len;
};

struct sql_row {
	const char *const	*names;
	const struct sql_value	*values;
	size_t			 n;
	bool			 first;		/* of its statement */
};

typedef bool store_row_fn(void *arg, const struct sql_row *r);

#define SQL_COLUMNS_MAX	64

struct sql_script {
	const char	*text;		/* statements */
	bool		 write;		/* whether they may change anything */
	char		 why[256];	/* set on ST_INVALID */
	int64_t		 changes;	/* set: rows changed, with those that
					   follow from them */
};

/*
 * Plays statements in one transaction, under the gate where they may write:
 * all of them, or none.  They neither begin nor end transactions, attach no
 * database, and change no setting.  ST_INVALID with why: a statement is wrong or refused, or would
 * write where it may not; ST_FULL, ST_READONLY, ST_NOMEM, ST_IO.
 */
enum status store_sql(struct store *s, struct sql_script *script,
    store_row_fn *fn, void *arg);

#endif
