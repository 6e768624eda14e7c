#ifndef UNIT_STORE_WORLD_H
#define UNIT_STORE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "store/store.h"

/*
 * A store in a private folder, and short ways to fill it and to look at it.
 * What is said to assert belongs into the test's own process, not into one
 * that it started.
 */
struct world {
	char			 dir[64];
	struct store_options	 o;	/* generous; change them before opening */
	struct store		*s;
};

#define BOARD_1	"b000000000000000000001"
#define BOARD_2	"b000000000000000000002"
#define NOTE_1	"n000000000000000000001"
#define NOTE_2	"n000000000000000000002"
#define LINK_1	"l000000000000000000001"
#define LINK_2	"l000000000000000000002"

#define HOUR_MS	INT64_C(3600000)
#define DAY_MS	(24 * HOUR_MS)

/* For cmocka: an empty folder; and with an open store that has BOARD_1. */
int world_make(void **state);
int world_make_open(void **state);
int world_remove(void **state);

/* Assert that it opens. */
void world_open(struct world *w);
void world_reopen(struct world *w);
/* "dir/name" */
const char *world_path(const struct world *w, const char *name, char out[128]);

/* "n000000000000000000012" for 'n' and 12. */
void world_id(char kind, int64_t n, char out[ID_SIZE]);
void world_digest(uint32_t n, unsigned char out[32]);

/* Mutations; the strings stay the caller's. */
struct mutation world_board(const char *id);
struct mutation world_edit(const char *board, const char *id,
    const char *text);
struct mutation world_trash(const char *board, const char *id);
struct mutation world_restore(const char *board, const char *id);
struct mutation world_link(const char *board, const char *id,
    const unsigned char *digest, enum role role);
struct mutation world_revoke(const char *board, const char *id);

/* Applies one mutation: the call's status if it failed, or the mutation's. */
enum status world_play(struct store *s, struct mutation *m);
/* The same for an edit of any revision; the outcome is not wanted. */
enum status world_put(struct store *s, const char *board, const char *id,
    const char *text);
/* Edits notes `from` … `to` of the board in batches; asserts. */
void world_fill(struct store *s, const char *board, int64_t from, int64_t to);

/* All rows of all tables but the number of commits, as text; asserts. */
void world_dump(const struct world *w, struct buf *out);
/* The one number that a query answers; asserts. */
int64_t world_ask(const struct world *w, const char *sql);

/* What a snapshot or a look at one note showed last. */
struct world_shown {
	int		boards;
	int		notes;
	char		title[32];
	char		settings[32];
	int64_t		board_rev;
	int64_t		head;
	char		body[32];
	int64_t		rev;
	int64_t		created_at;
	int64_t		updated_at;
	int64_t		trashed_at;
};

enum status world_snapshot(struct store *s, const char *board,
    struct world_shown *out);
/* A note of BOARD_1. */
enum status world_note(struct store *s, const char *id,
    struct world_shown *out);
/* Plays the mutation and asserts that it left no trace in any table. */
void world_no_trace(struct world *w, struct mutation *m, enum status st);
/* An edit that writes something and then answers the status it is given. */
enum status world_fail(void *arg, const struct note *old, struct buf *body);

/* What a tail showed. */
struct seen {
	int64_t	seq;
	char	id[ID_SIZE];
	bool	deleted;
	bool	doc;
	int64_t	rev;		/* of the doc, and so on */
	char	body[24];
	char	by[24];
};

#define SEEN_MAX	1200

struct seen_log {
	struct tail	at;
	size_t		n;
	struct seen	rows[SEEN_MAX];
};

/* Tails with documents after `after` in the present epoch. */
enum status world_tail(struct store *s, const char *board, int64_t after,
    struct seen_log *out);
/* Asserts that the rows are after + 1, after + 2 … up to the head. */
void world_check_dense(const struct seen_log *l, int64_t after);

/* A process that runs fn and exits with what it returns (0 … 99). */
typedef int world_fn(void *arg);
pid_t world_start(world_fn *fn, void *arg);
/* Its exit value, or 128 and the signal. */
int world_wait(pid_t pid);
/* Memory that all processes started later share; zero.  Asserts. */
void *world_share(size_t n);

#endif
