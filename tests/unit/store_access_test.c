#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

/* Links and sessions, under a clock that stands until a test moves it. */

#define START_MS	INT64_C(1700000000000)
#define SESSION_LINKS	200

static int64_t now_ms;

int64_t __wrap_clock_wall_ms(void);

int64_t
__wrap_clock_wall_ms(void)
{
	return now_ms;
}

static int
make(void **state)
{
	now_ms = START_MS;
	return world_make_open(state);
}

/* A link of the board with that number as its token. */
static enum status
add_link(struct store *s, const char *board, uint32_t token, enum role role,
    int64_t expires_at)
{
	unsigned char digest[32];
	struct mutation m;
	char id[ID_SIZE];

	world_id('l', token, id);
	world_digest(token, digest);
	m = world_link(board, id, digest, role);
	m.link.expires_at = expires_at;
	m.link.label = "label";
	return world_play(s, &m);
}

static enum status
revoke(struct store *s, const char *board, uint32_t token)
{
	struct mutation m;
	char id[ID_SIZE];

	world_id('l', token, id);
	m = world_revoke(board, id);
	return world_play(s, &m);
}

static enum status
by_link(struct store *s, uint32_t token, const char *board, struct access *a)
{
	unsigned char digest[32];
	struct credential who = { .link = digest };

	world_digest(token, digest);
	return store_access(s, &who, board, a);
}

static enum status
by_session(struct store *s, uint32_t handle, const char *board,
    struct access *a)
{
	unsigned char digest[32];
	struct credential who = { .session = digest };

	world_digest(handle, digest);
	return store_access(s, &who, board, a);
}

static enum status
join_row(struct store *s, uint32_t handle, int64_t link, int64_t expires_at)
{
	unsigned char digest[32];
	struct mutation m = { .kind = MUT_SESSION_JOIN,
	    .session = { .digest = digest, .link = link,
	    .expires_at = expires_at } };

	world_digest(handle, digest);
	return world_play(s, &m);
}

/* Joins the link of that token for a day. */
static void
join(struct store *s, uint32_t handle, uint32_t token)
{
	struct access a;

	assert_int_equal(by_link(s, token, NULL, &a), ST_OK);
	assert_int_equal(join_row(s, handle, a.link, now_ms + DAY_MS), ST_OK);
}

static enum status
end(struct store *s, uint32_t handle)
{
	unsigned char digest[32];
	struct mutation m = { .kind = MUT_SESSION_END,
	    .session = { .digest = digest } };

	world_digest(handle, digest);
	return world_play(s, &m);
}

static void
add_board(struct store *s, const char *id, const char *title)
{
	struct mutation m = world_board(id);

	m.fields.title = title;
	assert_int_equal(world_play(s, &m), ST_OK);
}

static void
expect_nothing(const struct access *a)
{
	static const struct access none;

	assert_memory_equal(a, &none, sizeof(none));
}

/* Links. */

static void
link_opens_its_own_board_only(void **state)
{
	struct world *w = *state;
	struct access a;

	add_board(w->s, BOARD_2, "");
	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_WRITE, 0), ST_OK);
	assert_int_equal(by_link(w->s, 1, BOARD_1, &a), ST_OK);
	assert_int_equal(a.role, ROLE_WRITE);
	assert_int_equal(a.expires_at, 0);
	assert_string_equal(a.board, BOARD_1);
	assert_int_equal(by_link(w->s, 1, NULL, &a), ST_OK);
	assert_string_equal(a.board, BOARD_1);
	assert_int_equal(by_link(w->s, 1, BOARD_2, &a), ST_NOTFOUND);
	expect_nothing(&a);
	assert_int_equal(by_link(w->s, 2, BOARD_1, &a), ST_NOTFOUND);
	expect_nothing(&a);
}

static void
nobody_gets_nothing(void **state)
{
	struct world *w = *state;
	const struct credential who = { .link = NULL };
	struct access a;

	assert_int_equal(store_access(w->s, &who, BOARD_1, &a), ST_NOTFOUND);
	expect_nothing(&a);
	assert_int_equal(store_access(w->s, &who, NULL, &a), ST_NOTFOUND);
}

static void
links_given_at_creation_work(void **state)
{
	struct world *w = *state;
	unsigned char digests[2][32];
	const struct new_link links[] = {
		{ LINK_1, digests[0], ROLE_READ, "r", 0 },
		{ LINK_2, digests[1], ROLE_ADMIN, "a", 0 },
	};
	struct mutation m = world_board(BOARD_2);
	struct access a;

	world_digest(1, digests[0]);
	world_digest(2, digests[1]);
	m.fields.links = links;
	m.fields.links_n = 2;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(by_link(w->s, 1, BOARD_2, &a), ST_OK);
	assert_int_equal(a.role, ROLE_READ);
	assert_int_equal(by_link(w->s, 2, BOARD_2, &a), ST_OK);
	assert_int_equal(a.role, ROLE_ADMIN);
}

/* By a link, a session or a link's row. */
static void
access_tells_where_the_board_is(void **state)
{
	const struct tail_query now = { .board = BOARD_1, .now = true };
	struct world *w = *state;
	struct credential row = { .row = 0 };
	struct access a[3];
	struct tail tail;
	int round, i;

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	join(w->s, 7, 1);
	for (round = 0; round < 3; round++) {
		assert_int_equal(store_tail(w->s, &now, &tail, NULL, NULL),
		    ST_OK);
		assert_int_equal(by_link(w->s, 1, BOARD_1, &a[0]), ST_OK);
		assert_int_equal(by_session(w->s, 7, BOARD_1, &a[1]), ST_OK);
		row.row = a[0].link;
		assert_int_equal(store_access(w->s, &row, BOARD_1, &a[2]),
		    ST_OK);
		for (i = 0; i < 3; i++)
			assert_true(cursor_equal(&a[i].head, &tail.head));
		assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "more"),
		    ST_OK);
	}
}

static void
revoked_link_opens_nothing_and_cannot_be_revoked_again(void **state)
{
	struct world *w = *state;
	struct access a;

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(revoke(w->s, BOARD_1, 1), ST_OK);
	assert_int_equal(by_link(w->s, 1, BOARD_1, &a), ST_NOTFOUND);
	expect_nothing(&a);
	assert_int_equal(revoke(w->s, BOARD_1, 1), ST_NOTFOUND);
	assert_int_equal(revoke(w->s, BOARD_1, 2), ST_NOTFOUND);
	/* its id and its token stay taken, for the label of what it wrote */
	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_CONFLICT);
}

static void
expired_link_opens_nothing(void **state)
{
	struct world *w = *state;
	struct access a;

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ,
	    START_MS + 1000), ST_OK);
	now_ms = START_MS + 999;
	assert_int_equal(by_link(w->s, 1, BOARD_1, &a), ST_OK);
	assert_int_equal(a.expires_at, START_MS + 1000);
	now_ms = START_MS + 1000;
	assert_int_equal(by_link(w->s, 1, BOARD_1, &a), ST_NOTFOUND);
	expect_nothing(&a);
}

struct listed {
	int		n;
	int		stop_at;
	struct link	last;
	char		id[ID_SIZE];
	char		label[16];
};

static bool
list(void *arg, const struct link *l)
{
	struct listed *seen = arg;

	seen->last = *l;
	(void)str_copy(seen->id, sizeof(seen->id), l->id);
	(void)str_copy(seen->label, sizeof(seen->label), l->label);
	return ++seen->n != seen->stop_at;
}

static void
list_shows_the_links_that_are_good(void **state)
{
	struct world *w = *state;
	struct listed seen = { 0 };

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_1, 2, ROLE_READ,
	    START_MS + 5), ST_OK);
	now_ms += 7;
	assert_int_equal(add_link(w->s, BOARD_1, 3, ROLE_ADMIN,
	    START_MS + DAY_MS), ST_OK);
	assert_int_equal(revoke(w->s, BOARD_1, 1), ST_OK);
	assert_int_equal(store_links(w->s, BOARD_1, list, &seen), ST_OK);
	assert_int_equal(seen.n, 1);
	assert_string_equal(seen.id, "l000000000000000000003");
	assert_string_equal(seen.label, "label");
	assert_int_equal(seen.last.role, ROLE_ADMIN);
	assert_int_equal(seen.last.created_at, START_MS + 7);
	assert_int_equal(seen.last.expires_at, START_MS + DAY_MS);
}

static void
list_of_links_tells_an_absent_board_from_an_empty_one(void **state)
{
	struct world *w = *state;
	struct listed seen = { 0 };

	assert_int_equal(store_links(w->s, BOARD_1, list, &seen), ST_OK);
	assert_int_equal(store_links(w->s, BOARD_2, list, &seen), ST_NOTFOUND);
	assert_int_equal(seen.n, 0);
	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_1, 2, ROLE_READ, 0), ST_OK);
	seen.stop_at = 1;
	assert_int_equal(store_links(w->s, BOARD_1, list, &seen), ST_OK);
	assert_int_equal(seen.n, 1);
}

/* Sessions. */

static void
session_has_the_strongest_of_its_links(void **state)
{
	struct world *w = *state;
	struct access a;

	add_board(w->s, BOARD_2, "");
	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_1, 2, ROLE_WRITE, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_1, 3, ROLE_ADMIN, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_2, 4, ROLE_READ, 0), ST_OK);
	join(w->s, 9, 2);
	join(w->s, 9, 1);
	join(w->s, 9, 4);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
	assert_int_equal(a.role, ROLE_WRITE);
	assert_int_equal(a.expires_at, START_MS + DAY_MS);
	assert_string_equal(a.board, BOARD_1);
	join(w->s, 9, 3);
	join(w->s, 9, 3);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
	assert_int_equal(a.role, ROLE_ADMIN);
	assert_int_equal(by_session(w->s, 9, BOARD_2, &a), ST_OK);
	assert_int_equal(a.role, ROLE_READ);
	assert_int_equal(revoke(w->s, BOARD_1, 3), ST_OK);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
	assert_int_equal(a.role, ROLE_WRITE);
	assert_int_equal(by_session(w->s, 9, NULL, &a), ST_NOTFOUND);
	expect_nothing(&a);
}

static void
session_ends_at_the_earliest_of_its_ends(void **state)
{
	struct world *w = *state;
	struct access a;

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ,
	    START_MS + HOUR_MS), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_1, 2, ROLE_READ,
	    START_MS + 2 * DAY_MS), ST_OK);
	join(w->s, 9, 1);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
	assert_int_equal(a.expires_at, START_MS + HOUR_MS);
	join(w->s, 9, 2);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
	assert_int_equal(a.expires_at, START_MS + DAY_MS);
	now_ms = START_MS + 2 * HOUR_MS;
	join(w->s, 8, 2);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
}

static void
session_without_a_link_to_the_board_gets_nothing(void **state)
{
	struct world *w = *state;
	struct access a;

	add_board(w->s, BOARD_2, "");
	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_ADMIN,
	    START_MS + HOUR_MS), ST_OK);
	join(w->s, 9, 1);
	assert_int_equal(by_session(w->s, 9, BOARD_2, &a), ST_NOTFOUND);
	expect_nothing(&a);
	now_ms += HOUR_MS;
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_NOTFOUND);
	expect_nothing(&a);
}

static void
unknown_ended_and_expired_sessions_are_expired(void **state)
{
	struct world *w = *state;
	struct access a;

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_EXPIRED);
	expect_nothing(&a);
	join(w->s, 9, 1);
	assert_int_equal(end(w->s, 9), ST_OK);
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_EXPIRED);
	assert_int_equal(end(w->s, 9), ST_NOTFOUND);
	join(w->s, 8, 1);
	now_ms += DAY_MS - 1;
	assert_int_equal(by_session(w->s, 8, BOARD_1, &a), ST_OK);
	now_ms++;
	assert_int_equal(by_session(w->s, 8, BOARD_1, &a), ST_EXPIRED);
	assert_int_equal(by_session(w->s, 8, NULL, &a), ST_EXPIRED);
	expect_nothing(&a);
}

static void
joining_renews_the_session_and_sweeps_the_expired(void **state)
{
	struct world *w = *state;
	struct access a;

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	join(w->s, 8, 1);
	join(w->s, 9, 1);
	now_ms += HOUR_MS;
	join(w->s, 9, 1);
	now_ms = START_MS + DAY_MS;
	assert_int_equal(by_session(w->s, 9, BOARD_1, &a), ST_OK);
	join(w->s, 7, 1);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM session"), 2);
	/* a handle that expired begins anew, without its old links */
	now_ms = START_MS + 3 * DAY_MS;
	assert_int_equal(add_link(w->s, BOARD_1, 2, ROLE_WRITE, 0), ST_OK);
	join(w->s, 9, 2);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM session_link"), 1);
}

static void
joining_a_link_that_is_gone_fails_alone(void **state)
{
	struct world *w = *state;
	unsigned char digest[32];
	struct mutation m[2] = {
		{ .kind = MUT_SESSION_JOIN, .session = { .digest = digest,
		    .link = 12345, .expires_at = START_MS + DAY_MS } },
		world_edit(BOARD_1, NOTE_1, "beside it"),
	};

	world_digest(9, digest);
	assert_int_equal(store_apply(w->s, m, 2), ST_OK);
	assert_int_equal(m[0].out.st, ST_NOTFOUND);
	assert_int_equal(m[1].out.st, ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM session"), 0);
}

static void
row_of_a_deleted_link_is_never_given_again(void **state)
{
	struct world *w = *state;
	struct mutation m = { .kind = MUT_BOARD_DELETE, .board = BOARD_2 };
	struct access mine, a;

	add_board(w->s, BOARD_2, "mine");
	assert_int_equal(add_link(w->s, BOARD_2, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(by_link(w->s, 1, NULL, &mine), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_1, 2, ROLE_ADMIN, 0), ST_OK);
	assert_int_equal(by_link(w->s, 2, NULL, &a), ST_OK);
	assert_int_not_equal(a.link, mine.link);
	assert_int_equal(join_row(w->s, 9, mine.link, START_MS + DAY_MS),
	    ST_NOTFOUND);
}

static void
session_keeps_its_newest_links_and_the_one_that_joins(void **state)
{
	struct world *w = *state;
	struct access a;
	char board[ID_SIZE];
	uint32_t i;

	for (i = 1; i <= SESSION_LINKS + 2; i++) {
		world_id('b', 1000 + i, board);
		add_board(w->s, board, "");
		assert_int_equal(add_link(w->s, board, i, ROLE_READ, 0), ST_OK);
		if (i > 1)
			join(w->s, 9, i);
	}
	assert_int_equal(world_ask(w, "SELECT count(*) FROM session_link"),
	    SESSION_LINKS);
	assert_int_equal(by_session(w->s, 9, "b000000000000000001002", &a),
	    ST_NOTFOUND);
	assert_int_equal(by_session(w->s, 9, "b000000000000000001003", &a),
	    ST_OK);
	join(w->s, 9, 1);
	assert_int_equal(by_session(w->s, 9, "b000000000000000001001", &a),
	    ST_OK);
	assert_int_equal(by_session(w->s, 9, "b000000000000000001003", &a),
	    ST_NOTFOUND);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM session_link"),
	    SESSION_LINKS);
}

struct boards {
	int		n;
	int		stop_at;
	char		ids[8][ID_SIZE];
	enum role	roles[8];
};

static bool
list_board(void *arg, const struct board *b, enum role role)
{
	struct boards *seen = arg;

	(void)str_copy(seen->ids[seen->n], ID_SIZE, b->id);
	seen->roles[seen->n] = role;
	return ++seen->n != seen->stop_at;
}

static void
session_lists_its_boards_by_title_with_the_strongest_role(void **state)
{
	struct world *w = *state;
	struct boards seen = { 0 };
	unsigned char handle[32];

	add_board(w->s, BOARD_2, "A title");
	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_READ, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_2, 2, ROLE_READ, 0), ST_OK);
	assert_int_equal(add_link(w->s, BOARD_2, 3, ROLE_ADMIN, 0), ST_OK);
	join(w->s, 9, 1);
	join(w->s, 9, 2);
	join(w->s, 9, 3);
	world_digest(9, handle);
	assert_int_equal(store_session(w->s, handle, list_board, &seen), ST_OK);
	assert_int_equal(seen.n, 2);
	assert_string_equal(seen.ids[0], BOARD_1);
	assert_int_equal(seen.roles[0], ROLE_READ);
	assert_string_equal(seen.ids[1], BOARD_2);
	assert_int_equal(seen.roles[1], ROLE_ADMIN);
	memset(&seen, 0, sizeof(seen));
	seen.stop_at = 1;
	assert_int_equal(store_session(w->s, handle, list_board, &seen), ST_OK);
	assert_int_equal(seen.n, 1);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(revoke(w->s, BOARD_1, 1), ST_OK);
	assert_int_equal(store_session(w->s, handle, list_board, &seen), ST_OK);
	assert_int_equal(seen.n, 1);
	world_digest(10, handle);
	assert_int_equal(store_session(w->s, handle, list_board, &seen),
	    ST_EXPIRED);
}

static bool
read_by(void *arg, const struct note *n)
{
	return str_copy(arg, 16, n->by) == ST_OK;
}

static void
notes_tell_the_label_of_who_wrote_them(void **state)
{
	struct world *w = *state;
	struct mutation m = world_edit(BOARD_1, NOTE_1, "x");
	static struct seen_log l;
	struct access a;
	char by[16] = "?";

	assert_int_equal(add_link(w->s, BOARD_1, 1, ROLE_WRITE, 0), ST_OK);
	assert_int_equal(by_link(w->s, 1, NULL, &a), ST_OK);
	m.actor = a.link;
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(revoke(w->s, BOARD_1, 1), ST_OK);
	assert_int_equal(store_note(w->s, BOARD_1, NOTE_1, read_by, by), ST_OK);
	assert_string_equal(by, "label");
	assert_int_equal(world_tail(w->s, BOARD_1, 1, &l), ST_OK);
	assert_string_equal(l.rows[0].by, "label");
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "y"), ST_OK);
	assert_int_equal(store_note(w->s, BOARD_1, NOTE_1, read_by, by), ST_OK);
	assert_string_equal(by, "");
}

/* How many boards a source may make. */

static enum status
create(struct store *s, int64_t n, uint32_t source, int64_t per_hour)
{
	unsigned char digest[32];
	char id[ID_SIZE];
	struct mutation m;

	world_id('c', n, id);
	world_digest(source, digest);
	m = world_board(id);
	m.fields.source = digest;
	m.fields.per_hour = per_hour;
	return world_play(s, &m);
}

static void
sources_make_so_many_boards_an_hour_each(void **state)
{
	struct world *w = *state;
	int i;

	for (i = 0; i < 3; i++) {
		assert_int_equal(create(w->s, i, 1, 3), ST_OK);
		now_ms += 1000;
	}
	assert_int_equal(create(w->s, 3, 1, 3), ST_LIMIT);
	assert_int_equal(create(w->s, 3, 2, 3), ST_OK);
	assert_int_equal(create(w->s, 4, 1, 0), ST_OK);
	/* the first is an hour old, the second not yet */
	now_ms = START_MS + HOUR_MS + 1;
	assert_int_equal(create(w->s, 5, 1, 3), ST_OK);
	assert_int_equal(create(w->s, 6, 1, 3), ST_LIMIT);
	now_ms = START_MS + 3 * HOUR_MS;
	assert_int_equal(create(w->s, 6, 1, 3), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM creation"), 1);
}

static void
board_that_was_not_made_does_not_count(void **state)
{
	struct world *w = *state;

	assert_int_equal(create(w->s, 1, 1, 2), ST_OK);
	assert_int_equal(create(w->s, 1, 1, 2), ST_CONFLICT);
	assert_int_equal(create(w->s, 2, 1, 2), ST_OK);
	assert_int_equal(create(w->s, 3, 1, 2), ST_LIMIT);
}

int
main(void)
{
#define IN_WORLD(f)	cmocka_unit_test_setup_teardown(f, make, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(link_opens_its_own_board_only),
		IN_WORLD(nobody_gets_nothing),
		IN_WORLD(links_given_at_creation_work),
		IN_WORLD(access_tells_where_the_board_is),
		IN_WORLD(revoked_link_opens_nothing_and_cannot_be_revoked_again),
		IN_WORLD(expired_link_opens_nothing),
		IN_WORLD(list_shows_the_links_that_are_good),
		IN_WORLD(list_of_links_tells_an_absent_board_from_an_empty_one),
		IN_WORLD(session_has_the_strongest_of_its_links),
		IN_WORLD(session_ends_at_the_earliest_of_its_ends),
		IN_WORLD(session_without_a_link_to_the_board_gets_nothing),
		IN_WORLD(unknown_ended_and_expired_sessions_are_expired),
		IN_WORLD(joining_renews_the_session_and_sweeps_the_expired),
		IN_WORLD(joining_a_link_that_is_gone_fails_alone),
		IN_WORLD(row_of_a_deleted_link_is_never_given_again),
		IN_WORLD(session_keeps_its_newest_links_and_the_one_that_joins),
		IN_WORLD(session_lists_its_boards_by_title_with_the_strongest_role),
		IN_WORLD(notes_tell_the_label_of_who_wrote_them),
		IN_WORLD(sources_make_so_many_boards_an_hour_each),
		IN_WORLD(board_that_was_not_made_does_not_count),
	};

	return cmocka_run_group_tests_name("store_access", tests, NULL, NULL);
}
