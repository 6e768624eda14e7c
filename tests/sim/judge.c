#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "judge_priv.h"
#include "workload.h"

/* Of the batches that were answered, so many are asked for once more. */
#define REPLAYS	5

void
trial_fault(struct trial *t, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	if (!trial_fine(t))
		return;
	t->v->fault = fault;
	va_start(ap, fmt);
	(void)vsnprintf(t->v->why, sizeof(t->v->why), fmt, ap);
	va_end(ap);
}

bool
trial_fine(const struct trial *t)
{
	return t->v->fault == FAULT_NONE;
}

static void
open_raw(struct trial *t, const char *dir)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/notes.db", dir);
	if (sqlite3_open_v2(path, &t->raw, SQLITE_OPEN_READONLY, NULL) !=
	    SQLITE_OK ||
	    sqlite3_db_config(t->raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
	    NULL) != SQLITE_OK)
		trial_fault(t, FAULT_OPEN, "%s", sqlite3_errmsg(t->raw));
}

void
trial_ask(struct trial *t, const char *sql, const char *arg, char out[100])
{
	sqlite3_stmt *row = NULL;
	int rc;

	out[0] = '\0';
	rc = sqlite3_prepare_v2(t->raw, sql, -1, &row, NULL);
	if (rc == SQLITE_OK && arg != NULL)
		rc = sqlite3_bind_text(row, 1, arg, -1, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(row);
	if (rc == SQLITE_ROW)
		(void)snprintf(out, 100, "%s",
		    (const char *)sqlite3_column_text(row, 0));
	else if (rc != SQLITE_DONE)
		(void)snprintf(out, 100, "%s", sqlite3_errmsg(t->raw));
	(void)sqlite3_finalize(row);
}

static void
judge_damage(struct trial *t)
{
	char said[100];

	trial_ask(t, "PRAGMA integrity_check(1)", NULL, said);
	if (strcmp(said, "ok") != 0)
		trial_fault(t, FAULT_DAMAGED, "integrity: %s", said);
	trial_ask(t, "PRAGMA foreign_key_check", NULL, said);
	if (said[0] != '\0')
		trial_fault(t, FAULT_DAMAGED, "foreign keys: %s", said);
}

static bool
is_there(struct trial *t, const struct batch *b)
{
	char key[ID_SIZE], said[100];

	step_id('k', batch_key(b)->key, key);
	trial_ask(t, "SELECT count(*) FROM key WHERE key = ?1", key, said);
	return strcmp(said, "1") == 0;
}

/* What was answered is there; of what was not, what is there is expected. */
static void
judge_batches(struct trial *t)
{
	const struct batch *b;
	uint32_t i;

	t->v->answered = (uint32_t)t->e->answered_n;
	for (i = 0; i < t->e->answered_n; i++) {
		b = &t->e->answered[i];
		if (!is_there(t, b))
			trial_fault(t, FAULT_LOST, "batch %u of thread %u was "
			    "answered", (unsigned)b->number, b->thread);
	}
	for (i = 0; i < SCRIPT_THREADS && trial_fine(t); i++) {
		b = &t->e->asked[i];
		if (b->steps == NULL)
			continue;
		t->v->asked++;
		if (is_there(t, b)) {
			t->v->found++;
			expected_add(t->e, i);
		}
	}
}

/* Nothing is there but what was seen board for board; cursors are still good. */
static void
judge_whole(struct trial *t)
{
	int64_t boards = 0, notes = 0;
	struct store_stat stat;
	size_t i, n;

	for (i = 0; i < t->e->boards_n; i++)
		boards += t->e->boards[i].there;
	for (i = 0; i < SCRIPT_THREADS; i++)
		for (n = 0; n < SCRIPT_NOTES + SCRIPT_PRIVATE; n++)
			notes += t->e->owns[i].notes[n].there;
	if (store_stat(t->store, &stat) != ST_OK)
		trial_fault(t, FAULT_OPEN, "stat");
	else if (stat.boards != boards || stat.notes != notes)
		trial_fault(t, FAULT_HALF, "there are %lld boards and %lld "
		    "notes, not %lld and %lld", (long long)stat.boards,
		    (long long)stat.notes, (long long)boards, (long long)notes);
	else if (t->e->epoch[0] != '\0' &&
	    strcmp(stat.epoch, t->e->epoch) != 0)
		trial_fault(t, FAULT_EPOCH, "%s, not %s", stat.epoch,
		    t->e->epoch);
}

/* Some of the last batches with their keys again: nothing is done twice. */
static void
judge_replays(struct trial *t)
{
	size_t i, n = t->e->answered_n;
	struct step_room room;
	struct mutation m;
	enum status st;

	for (i = n > REPLAYS ? n - REPLAYS : 0; i < n && trial_fine(t); i++) {
		m = step_mutation(batch_key(&t->e->answered[i]), &room);
		st = store_apply(t->store, &m, 1);
		if (st || m.out.st || !m.out.replayed)
			trial_fault(t, FAULT_REPLAY, "%s, %s, replayed %d",
			    status_name(st), status_name(m.out.st),
			    m.out.replayed);
	}
}

/* A new board and a note on it. */
static void
judge_write(struct trial *t)
{
	const struct step steps[] = {
		{ .kind = STEP_BOARD, .board = 900 },
		{ .kind = STEP_EDIT, .board = 900, .size = 5000, .key = 1 },
	};
	struct step_room rooms[2];
	struct mutation m[2];
	enum status st;
	size_t i;

	for (i = 0; i < 2; i++)
		m[i] = step_mutation(&steps[i], &rooms[i]);
	st = store_apply(t->store, m, 2);
	if (st || m[0].out.st || m[1].out.st || m[1].out.at.seq != 1)
		trial_fault(t, FAULT_WRITE, "%s, %s, %s", status_name(st),
		    status_name(m[0].out.st), status_name(m[1].out.st));
}

void
judge(const struct trace *trace, size_t cut, const char *base,
    struct verdict *v)
{
	struct trial t = { .v = v };
	struct store_options o;
	enum status st;
	char dir[256];

	memset(v, 0, sizeof(*v));
	o = workload_store(base, dir);
	st = store_open(&o, &t.store);
	if (st) {
		trial_fault(&t, FAULT_OPEN, "open: %s", status_name(st));
		return;
	}
	t.e = expected_new(trace, cut);
	open_raw(&t, dir);
	if (trial_fine(&t))
		judge_damage(&t);
	if (trial_fine(&t))
		judge_batches(&t);
	if (trial_fine(&t))
		judge_boards(&t);
	if (trial_fine(&t))
		judge_files(&t);
	if (trial_fine(&t))
		judge_whole(&t);
	if (trial_fine(&t))
		judge_replays(&t);
	if (trial_fine(&t))
		judge_write(&t);
	if (trial_fine(&t))
		judge_damage(&t);
	(void)sqlite3_close(t.raw);
	store_close(t.store);
	expected_free(t.e);
}
