#include "store_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

/* Mutations that world_fill brings at once. */
#define FILL_BATCH	250

#define DUMP_MAX	(1 << 20)

/* Memory is as good as a disk where no power is lost, and quicker. */
static const char *
folder(void)
{
	const char *tmp = getenv("TMPDIR");

	if (access("/dev/shm", W_OK | X_OK) == 0)
		return "/dev/shm";
	return tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp";
}

int
world_make(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	*state = w;
	if (w == NULL)
		return -1;
	(void)snprintf(w->dir, sizeof(w->dir), "%s/nw-store.XXXXXX", folder());
	w->o = (struct store_options){
		.dir = w->dir,
		.readers = 2,
		.log_rows = 1000000,
		.log_age_ms = 30 * DAY_MS,
		.revisions = 100,
		.key_age_ms = 30 * DAY_MS,
		.board_bytes = INT64_C(1) << 30,
		.store_bytes = INT64_C(1) << 31,
	};
	return mkdtemp(w->dir) == NULL ? -1 : 0;
}

int
world_make_open(void **state)
{
	struct world *w;
	struct mutation m = world_board(BOARD_1);

	if (world_make(state) == -1)
		return -1;
	w = *state;
	if (store_open(&w->o, &w->s) != ST_OK)
		return -1;
	return world_play(w->s, &m) == ST_OK ? 0 : -1;
}

int
world_remove(void **state)
{
	char command[128];
	struct world *w = *state;
	int failed;

	store_close(w->s);
	(void)snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
	failed = system(command);
	free(w);
	return failed ? -1 : 0;
}

void
world_open(struct world *w)
{
	assert_int_equal(store_open(&w->o, &w->s), ST_OK);
	assert_non_null(w->s);
}

void
world_reopen(struct world *w)
{
	store_close(w->s);
	w->s = NULL;
	world_open(w);
}

const char *
world_path(const struct world *w, const char *name, char out[128])
{
	(void)snprintf(out, 128, "%s/%s", w->dir, name);
	return out;
}

void
world_id(char kind, int64_t n, char out[ID_SIZE])
{
	(void)snprintf(out, ID_SIZE, "%c%021lld", kind, (long long)n);
}

void
world_digest(uint32_t n, unsigned char out[32])
{
	memset(out, 0x5a, 32);
	memcpy(out, &n, sizeof(n));
}

static enum status
write_text(void *arg, const struct note *old, struct buf *body)
{
	(void)old;
	buf_adds(body, arg);
	return ST_OK;
}

struct mutation
world_board(const char *id)
{
	return (struct mutation){ .kind = MUT_BOARD_CREATE, .board = id };
}

struct mutation
world_edit(const char *board, const char *id, const char *text)
{
	return (struct mutation){
		.kind = MUT_NOTE_EDIT,
		.board = board,
		.note = { .id = id, .pre = PRE_NONE,
		    .edit = { .fn = write_text, .arg = (void *)(uintptr_t)text } },
	};
}

struct mutation
world_trash(const char *board, const char *id)
{
	return (struct mutation){ .kind = MUT_NOTE_TRASH, .board = board,
	    .note = { .id = id, .pre = PRE_NONE } };
}

struct mutation
world_restore(const char *board, const char *id)
{
	return (struct mutation){ .kind = MUT_NOTE_RESTORE, .board = board,
	    .note = { .id = id, .pre = PRE_NONE } };
}

struct mutation
world_link(const char *board, const char *id, const unsigned char *digest,
    enum role role)
{
	return (struct mutation){ .kind = MUT_LINK_ADD, .board = board,
	    .link = { .id = id, .digest = digest, .role = role, .label = "" } };
}

struct mutation
world_revoke(const char *board, const char *id)
{
	return (struct mutation){ .kind = MUT_LINK_REVOKE, .board = board,
	    .link = { .id = id } };
}

enum status
world_play(struct store *s, struct mutation *m)
{
	enum status st;

	st = store_apply(s, m, 1);
	return st ? st : m->out.st;
}

enum status
world_put(struct store *s, const char *board, const char *id, const char *text)
{
	struct mutation m = world_edit(board, id, text);

	return world_play(s, &m);
}

void
world_fill(struct store *s, const char *board, int64_t from, int64_t to)
{
	static struct mutation batch[FILL_BATCH];
	static char ids[FILL_BATCH][ID_SIZE];
	size_t i, n;

	while (from <= to) {
		for (n = 0; n < FILL_BATCH && from <= to; n++, from++) {
			world_id('n', from, ids[n]);
			batch[n] = world_edit(board, ids[n], ids[n]);
		}
		assert_int_equal(store_apply(s, batch, n), ST_OK);
		for (i = 0; i < n; i++)
			assert_int_equal(batch[i].out.st, ST_OK);
	}
}

static sqlite3 *
open_raw(const struct world *w)
{
	char path[128];
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(world_path(w, "notes.db", path), &db,
	    SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE,
	    1, NULL), SQLITE_OK);
	return db;
}

static void
dump_rows(sqlite3 *db, const char *sql, struct buf *out)
{
	sqlite3_stmt *row;
	int i, rc;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	while ((rc = sqlite3_step(row)) == SQLITE_ROW) {
		for (i = 0; i < sqlite3_column_count(row); i++) {
			buf_adds(out, i ? "|" : "");
			buf_add(out, sqlite3_column_blob(row, i),
			    (size_t)sqlite3_column_bytes(row, i));
		}
		buf_addc(out, '\n');
	}
	assert_int_equal(rc, SQLITE_DONE);
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
}

void
world_dump(const struct world *w, struct buf *out)
{
	static const char tables[] = "SELECT name FROM sqlite_schema "
	    "WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
	    "AND name <> 'meta' ORDER BY name";
	char sql[128];
	sqlite3 *db = open_raw(w);
	sqlite3_stmt *row;

	assert_int_equal(sqlite3_prepare_v2(db, tables, -1, &row, NULL),
	    SQLITE_OK);
	dump_rows(db, "SELECT instance, epoch, endings FROM meta", out);
	while (sqlite3_step(row) == SQLITE_ROW) {
		buf_addf(out, "%s:\n", sqlite3_column_text(row, 0));
		(void)snprintf(sql, sizeof(sql), "SELECT * FROM %s",
		    sqlite3_column_text(row, 0));
		dump_rows(db, sql, out);
	}
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(buf_status(out), ST_OK);
}

int64_t
world_ask(const struct world *w, const char *sql)
{
	sqlite3 *db = open_raw(w);
	sqlite3_stmt *row;
	int64_t answer;

	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	answer = sqlite3_column_int64(row, 0);
	assert_int_equal(sqlite3_finalize(row), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return answer;
}

static bool
show_board(void *arg, const struct board *b, enum role role)
{
	struct world_shown *s = arg;

	s->boards += role == ROLE_NONE;
	(void)snprintf(s->title, sizeof(s->title), "%s", b->title);
	(void)snprintf(s->settings, sizeof(s->settings), "%s", b->settings);
	s->board_rev = b->rev;
	s->head = b->head.seq;
	return true;
}

static bool
show_note(void *arg, const struct note *n)
{
	struct world_shown *s = arg;

	s->notes++;
	assert_int_equal(n->body_len, strlen(n->body));
	(void)snprintf(s->body, sizeof(s->body), "%s", n->body);
	s->rev = n->rev;
	s->created_at = n->created_at;
	s->updated_at = n->updated_at;
	s->trashed_at = n->trashed_at;
	return true;
}

enum status
world_snapshot(struct store *s, const char *board, struct world_shown *out)
{
	memset(out, 0, sizeof(*out));
	return store_snapshot(s, board, show_board, show_note, out);
}

enum status
world_note(struct store *s, const char *id, struct world_shown *out)
{
	memset(out, 0, sizeof(*out));
	return store_note(s, BOARD_1, id, show_note, out);
}

void
world_no_trace(struct world *w, struct mutation *m, enum status st)
{
	struct buf before, after;

	buf_init(&before, DUMP_MAX);
	buf_init(&after, DUMP_MAX);
	world_dump(w, &before);
	assert_int_equal(store_apply(w->s, m, 1), ST_OK);
	assert_int_equal(m->out.st, st);
	assert_int_equal(m->out.at.seq, 0);
	assert_false(m->out.created);
	assert_false(m->out.replayed);
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	buf_fini(&before);
	buf_fini(&after);
}

enum status
world_fail(void *arg, const struct note *old, struct buf *body)
{
	const enum status *st = arg;

	(void)old;
	buf_adds(body, "half");
	return *st;
}

static bool
keep(void *arg, const struct change *c)
{
	struct seen_log *l = arg;
	struct seen *r = &l->rows[l->n];

	memset(r, 0, sizeof(*r));
	r->seq = c->seq;
	(void)str_copy(r->id, sizeof(r->id), c->id);
	r->deleted = c->deleted;
	r->doc = c->note != NULL;
	if (c->note != NULL) {
		r->rev = c->note->rev;
		(void)snprintf(r->body, sizeof(r->body), "%s", c->note->body);
		(void)snprintf(r->by, sizeof(r->by), "%s", c->note->by);
	}
	return ++l->n < SEEN_MAX;
}

enum status
world_tail(struct store *s, const char *board, int64_t after,
    struct seen_log *out)
{
	struct tail_query q = { .board = board, .docs = true,
	    .limit = SEEN_MAX };
	struct store_stat stat;
	enum status st;

	out->n = 0;
	st = store_stat(s, &stat);
	if (st)
		return st;
	memcpy(q.after.epoch, stat.epoch, sizeof(stat.epoch));
	q.after.seq = after;
	return store_tail(s, &q, &out->at, keep, out);
}

void
world_check_dense(const struct seen_log *l, int64_t after)
{
	size_t i;

	for (i = 0; i < l->n; i++)
		assert_int_equal(l->rows[i].seq, after + 1 + (int64_t)i);
	assert_int_equal(l->at.next.seq, after + (int64_t)l->n);
	assert_int_equal(l->at.head.seq, l->at.next.seq);
}

pid_t
world_start(world_fn *fn, void *arg)
{
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		_exit(fn(arg));
	return pid;
}

int
world_wait(pid_t pid)
{
	int how;

	if (pid <= 0 || waitpid(pid, &how, 0) != pid)
		return -1;
	return WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
}

void *
world_share(size_t n)
{
	void *p = mmap(NULL, n, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(p, MAP_FAILED);
	return p;
}
