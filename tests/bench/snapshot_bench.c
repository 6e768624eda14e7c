/*
 * The snapshot of a board with 1,000 notes, against a program that reads the
 * same rows and prints them with cJSON.  Prints the ratio of the times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/clock.h"
#include "codec/print.h"
#include "plain.h"
#include "store/sqlite/sql.h"

#define NOTES		1000
#define BATCH		100
#define KEPT		10000
#define TIMES		15	/* a pass */
#define OUT_MAX		((size_t)16 << 20)

static void
fill(struct store *s, char board[ID_SIZE])
{
	struct mutation m[BATCH];
	struct pen pens[BATCH];
	size_t i, made;

	bench_board(s, 1, board);
	for (made = 0; made < NOTES; made += BATCH) {
		for (i = 0; i < BATCH; i++) {
			pen_init(&pens[i], (made + i) * 100, KEYS_RANDOM);
			pen_next(&pens[i]);
			pen_mutation(&pens[i], board, &m[i]);
		}
		bench_ok(store_apply(s, m, BATCH), "store_apply");
		for (i = 0; i < BATCH; i++)
			bench_ok(m[i].out.st, "a note");
	}
}

static bool
put_board(void *arg, const struct board *b, enum role role)
{
	struct buf *o = arg;

	(void)role;
	buf_addf(o, "{\"board\":{\"id\":\"%s\",\"title\":\"%s\",\"rev\":\"%lld\"},"
	    "\"last_seq\":\"%s-%lld\",\"notes\":[", b->id, b->title,
	    (long long)b->rev, b->head.epoch, (long long)b->head.seq);
	return true;
}

static bool
put_note(void *arg, const struct note *n)
{
	struct buf *o = arg;

	if (o->data[o->len - 1] != '[')
		buf_addc(o, ',');
	print_note(o, n);
	return buf_status(o) == ST_OK;
}

/* As the responder does it; the bytes that came of it. */
static size_t
print_ours(struct store *s, const char *board)
{
	struct buf out;
	size_t len;

	buf_init(&out, OUT_MAX);
	bench_ok(store_snapshot(s, board, put_board, put_note, &out),
	    "store_snapshot");
	buf_adds(&out, "]}");
	bench_ok(buf_status(&out), "the snapshot");
	len = out.len;
	buf_fini(&out);
	return len;
}

struct reader {
	sqlite3		*db;
	sqlite3_stmt	*board;
	sqlite3_stmt	*notes;
};

static sqlite3_stmt *
prepare(sqlite3 *db, enum sql which)
{
	sqlite3_stmt *row;

	if (sqlite3_prepare_v2(db, sql_text(which), -1, &row, NULL) != SQLITE_OK)
		bench_die("plain: %s", sqlite3_errmsg(db));
	return row;
}

static void
add_rev(cJSON *to, int64_t rev)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%lld", (long long)rev);
	(void)cJSON_AddStringToObject(to, "rev", text);
}

static void
add_time(cJSON *to, const char *name, int64_t ms)
{
	char text[CLOCK_TEXT];

	clock_rfc3339(ms, text);
	(void)(ms ? cJSON_AddStringToObject(to, name, text) :
	    cJSON_AddNullToObject(to, name));
}

/* The note's own members, then those of the body. */
static cJSON *
note_tree(sqlite3_stmt *row)
{
	cJSON *note = cJSON_CreateObject(), *member;
	cJSON *body = cJSON_Parse((const char *)sqlite3_column_text(row, 2));

	(void)cJSON_AddStringToObject(note, "id",
	    (const char *)sqlite3_column_text(row, 0));
	add_rev(note, sqlite3_column_int64(row, 1));
	add_time(note, "created_at", sqlite3_column_int64(row, 3));
	add_time(note, "updated_at", sqlite3_column_int64(row, 4));
	add_time(note, "trashed_at", sqlite3_column_int64(row, 5));
	(void)cJSON_AddNullToObject(note, "by");
	(void)cJSON_AddItemToObject(note, "files",
	    cJSON_Parse((const char *)sqlite3_column_text(row, 7)));
	while (body != NULL && (member = body->child) != NULL) {
		(void)cJSON_DetachItemViaPointer(body, member);
		(void)cJSON_AddItemToObject(note, member->string, member);
	}
	cJSON_Delete(body);
	return note;
}

static size_t
print_plain(struct reader *r, const char *board)
{
	cJSON *out = cJSON_CreateObject(), *notes = cJSON_CreateArray();
	int64_t number;
	size_t len;
	char *text;

	(void)sqlite3_exec(r->db, "BEGIN", NULL, NULL, NULL);
	(void)sqlite3_bind_text(r->board, 1, board, -1, SQLITE_STATIC);
	if (sqlite3_step(r->board) != SQLITE_ROW)
		bench_die("plain: no board");
	number = sqlite3_column_int64(r->board, 0);
	(void)cJSON_AddStringToObject(out, "id", board);
	(void)cJSON_AddStringToObject(out, "title",
	    (const char *)sqlite3_column_text(r->board, 2));
	(void)sqlite3_bind_int64(r->notes, 1, number);
	while (sqlite3_step(r->notes) == SQLITE_ROW)
		(void)cJSON_AddItemToArray(notes, note_tree(r->notes));
	(void)cJSON_AddItemToObject(out, "notes", notes);
	(void)sqlite3_reset(r->board);
	(void)sqlite3_reset(r->notes);
	(void)sqlite3_exec(r->db, "COMMIT", NULL, NULL, NULL);
	text = cJSON_PrintUnformatted(out);
	len = text != NULL ? strlen(text) : 0;
	free(text);
	cJSON_Delete(out);
	return len;
}

static double
compare(struct store *s, struct reader *r, const char *board)
{
	double ours[TIMES], theirs[TIMES];
	size_t i, len, plain_len;
	int64_t t;

	for (i = 0; i < TIMES; i++) {
		t = bench_now();
		len = print_ours(s, board);
		ours[i] = (double)(bench_now() - t);
		t = bench_now();
		plain_len = print_plain(r, board);
		theirs[i] = (double)(bench_now() - t);
		/* all the notes, and much the same text, or it proves nothing */
		if (len < NOTES * 300 || len > plain_len + 200 ||
		    plain_len > len + 200)
			bench_die("lengths %zu and %zu", len, plain_len);
	}
	return bench_quantile(ours, TIMES, 0.5) /
	    bench_quantile(theirs, TIMES, 0.5);
}

int
main(void)
{
	char *dir = bench_dir("snapshot");
	struct store *s = bench_store(dir, KEPT);
	double ratio[BENCH_PASSES];
	char board[ID_SIZE];
	struct reader r;
	size_t i, passes = bench_passes();

	fill(s, board);
	r.db = plain_database(dir);
	r.board = prepare(r.db, SQL_BOARD_FIELDS);
	r.notes = prepare(r.db, SQL_NOTES_OF_BOARD);
	for (i = 0; i < passes; i++)
		ratio[i] = compare(s, &r, board);
	(void)sqlite3_finalize(r.board);
	(void)sqlite3_finalize(r.notes);
	(void)sqlite3_close(r.db);
	store_close(s);
	bench_remove_dir(dir);
	bench_print("ratio", ratio, passes, "x");
	return 0;
}
