#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store_world.h"

/* Tickets, under a clock that stands until a test moves it. */

#define START_MS	INT64_C(1700000000000)
#define AGE_MS		30000
#define TICKETS_MAX	3

static int64_t now_ms;

int64_t __wrap_clock_wall_ms(void);

int64_t
__wrap_clock_wall_ms(void)
{
	return now_ms;
}

/* BOARD_1 with a write link of token 1, BOARD_2 with one of token 2. */
static int
make(void **state)
{
	unsigned char digest[32];
	struct mutation m;
	struct world *w;
	uint32_t i;

	now_ms = START_MS;
	if (world_make_open(state) == -1)
		return -1;
	w = *state;
	m = world_board(BOARD_2);
	if (world_play(w->s, &m))
		return -1;
	for (i = 1; i <= 2; i++) {
		world_digest(i, digest);
		m = world_link(i == 1 ? BOARD_1 : BOARD_2,
		    i == 1 ? LINK_1 : LINK_2, digest, ROLE_WRITE);
		m.link.expires_at = i == 1 ? START_MS + DAY_MS : 0;
		if (world_play(w->s, &m))
			return -1;
	}
	return 0;
}

/* The row of the link with that token. */
static int64_t
link_row(struct store *s, uint32_t token)
{
	unsigned char digest[32];
	struct credential who = { .link = digest };
	struct access a;

	world_digest(token, digest);
	assert_int_equal(store_access(s, &who, NULL, &a), ST_OK);
	return a.link;
}

static enum status
add(struct store *s, uint32_t ticket, int64_t link)
{
	unsigned char digest[32];
	struct mutation m = { .kind = MUT_TICKET_ADD, .board = BOARD_1,
	    .ticket = { .digest = digest, .link = link,
	    .expires_at = now_ms + AGE_MS, .max = TICKETS_MAX } };

	world_digest(ticket, digest);
	return world_play(s, &m);
}

static enum status
use(struct store *s, uint32_t ticket, const char *board, int64_t *link)
{
	unsigned char digest[32];
	struct mutation m = { .kind = MUT_TICKET_USE, .board = board,
	    .ticket = { .digest = digest } };
	enum status st;

	world_digest(ticket, digest);
	st = world_play(s, &m);
	*link = m.out.link;
	return st;
}

static enum status
look(struct store *s, uint32_t ticket, const char *board, struct access *a)
{
	unsigned char digest[32];
	struct credential who = { .ticket = digest };

	world_digest(ticket, digest);
	return store_access(s, &who, board, a);
}

static enum status
by_row(struct store *s, int64_t row, const char *board, struct access *a)
{
	struct credential who = { .row = row };

	return store_access(s, &who, board, a);
}

static void
revoke(struct store *s)
{
	struct mutation m = world_revoke(BOARD_1, LINK_1);

	assert_int_equal(world_play(s, &m), ST_OK);
}

static void
ticket_is_used_once_and_names_its_link(void **state)
{
	struct world *w = *state;
	int64_t link = link_row(w->s, 1), got;

	assert_int_equal(add(w->s, 7, link), ST_OK);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_OK);
	assert_int_equal(got, link);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_NOTFOUND);
	assert_int_equal(got, 0);
	assert_int_equal(use(w->s, 8, BOARD_1, &got), ST_NOTFOUND);
}

static void
looking_at_a_ticket_leaves_it(void **state)
{
	struct world *w = *state;
	struct access a;
	int64_t got;

	assert_int_equal(add(w->s, 7, link_row(w->s, 1)), ST_OK);
	assert_int_equal(look(w->s, 7, BOARD_1, &a), ST_OK);
	assert_int_equal(look(w->s, 7, BOARD_1, &a), ST_OK);
	assert_int_equal(a.role, ROLE_WRITE);
	assert_int_equal(a.expires_at, START_MS + DAY_MS);
	assert_string_equal(a.board, BOARD_1);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_OK);
	assert_int_equal(look(w->s, 7, BOARD_1, &a), ST_NOTFOUND);
}

static void
ticket_for_another_board_stays_unused(void **state)
{
	struct world *w = *state;
	struct access a;
	int64_t got;

	assert_int_equal(add(w->s, 7, link_row(w->s, 1)), ST_OK);
	assert_int_equal(look(w->s, 7, BOARD_2, &a), ST_NOTFOUND);
	assert_int_equal(use(w->s, 7, BOARD_2, &got), ST_NOTFOUND);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_OK);
}

static void
ticket_ends_to_the_millisecond(void **state)
{
	struct world *w = *state;
	struct access a;
	int64_t got;

	assert_int_equal(add(w->s, 7, link_row(w->s, 1)), ST_OK);
	assert_int_equal(add(w->s, 8, link_row(w->s, 1)), ST_OK);
	now_ms += AGE_MS - 1;
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_OK);
	now_ms++;
	assert_int_equal(look(w->s, 8, BOARD_1, &a), ST_NOTFOUND);
	assert_int_equal(use(w->s, 8, BOARD_1, &got), ST_NOTFOUND);
}

static void
expired_tickets_are_swept_when_one_is_made(void **state)
{
	struct world *w = *state;

	assert_int_equal(add(w->s, 7, link_row(w->s, 1)), ST_OK);
	assert_int_equal(add(w->s, 8, link_row(w->s, 2)), ST_OK);
	now_ms += AGE_MS;
	assert_int_equal(world_ask(w, "SELECT count(*) FROM ticket"), 2);
	assert_int_equal(add(w->s, 9, link_row(w->s, 1)), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM ticket"), 1);
}

static void
link_has_so_many_open_tickets(void **state)
{
	struct world *w = *state;
	int64_t link = link_row(w->s, 1), got;
	uint32_t i;

	for (i = 0; i < TICKETS_MAX; i++)
		assert_int_equal(add(w->s, 10 + i, link), ST_OK);
	assert_int_equal(add(w->s, 20, link), ST_LIMIT);
	assert_int_equal(add(w->s, 21, link_row(w->s, 2)), ST_OK);
	assert_int_equal(use(w->s, 20, BOARD_1, &got), ST_NOTFOUND);
	assert_int_equal(use(w->s, 11, BOARD_1, &got), ST_OK);
	assert_int_equal(add(w->s, 20, link), ST_OK);
	assert_int_equal(add(w->s, 22, link), ST_LIMIT);
	now_ms += AGE_MS;
	assert_int_equal(add(w->s, 22, link), ST_OK);
}

static void
revoked_link_makes_and_opens_nothing(void **state)
{
	struct world *w = *state;
	int64_t link = link_row(w->s, 1), got;
	struct access a;

	assert_int_equal(add(w->s, 7, link), ST_OK);
	assert_int_equal(by_row(w->s, link, BOARD_1, &a), ST_OK);
	revoke(w->s);
	assert_int_equal(look(w->s, 7, BOARD_1, &a), ST_NOTFOUND);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_NOTFOUND);
	assert_int_equal(add(w->s, 8, link), ST_NOTFOUND);
	assert_int_equal(by_row(w->s, link, BOARD_1, &a), ST_NOTFOUND);
}

static void
expired_link_makes_and_opens_nothing(void **state)
{
	struct world *w = *state;
	int64_t link = link_row(w->s, 1), got;
	struct access a;

	now_ms = START_MS + DAY_MS - 1;
	assert_int_equal(add(w->s, 7, link), ST_OK);
	assert_int_equal(by_row(w->s, link, BOARD_1, &a), ST_OK);
	now_ms++;
	assert_int_equal(look(w->s, 7, BOARD_1, &a), ST_NOTFOUND);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_NOTFOUND);
	assert_int_equal(add(w->s, 8, link), ST_NOTFOUND);
	assert_int_equal(by_row(w->s, link, BOARD_1, &a), ST_NOTFOUND);
}

static void
row_opens_its_own_board_only(void **state)
{
	struct world *w = *state;
	int64_t link = link_row(w->s, 1);
	struct access a;

	assert_int_equal(by_row(w->s, link, BOARD_1, &a), ST_OK);
	assert_int_equal(a.link, link);
	assert_int_equal(a.role, ROLE_WRITE);
	assert_int_equal(by_row(w->s, link, BOARD_2, &a), ST_NOTFOUND);
	assert_int_equal(by_row(w->s, link + 100, BOARD_1, &a), ST_NOTFOUND);
}

static void
deleted_board_takes_its_tickets_along(void **state)
{
	struct mutation m = { .kind = MUT_BOARD_DELETE, .board = BOARD_1 };
	struct world *w = *state;
	int64_t got;

	assert_int_equal(add(w->s, 7, link_row(w->s, 1)), ST_OK);
	assert_int_equal(world_play(w->s, &m), ST_OK);
	assert_int_equal(world_ask(w, "SELECT count(*) FROM ticket"), 0);
	assert_int_equal(use(w->s, 7, BOARD_1, &got), ST_NOTFOUND);
}

static void
refused_mint_leaves_no_trace(void **state)
{
	struct world *w = *state;
	struct buf before, after;

	buf_init(&before, SIZE_MAX);
	buf_init(&after, SIZE_MAX);
	assert_int_equal(add(w->s, 7, link_row(w->s, 1)), ST_OK);
	revoke(w->s);
	now_ms += AGE_MS;
	world_dump(w, &before);
	/* the sweep before it is undone as well */
	assert_int_equal(add(w->s, 8, 1), ST_NOTFOUND);
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	buf_fini(&before);
	buf_fini(&after);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, make, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(ticket_is_used_once_and_names_its_link),
		IN_WORLD(looking_at_a_ticket_leaves_it),
		IN_WORLD(ticket_for_another_board_stays_unused),
		IN_WORLD(ticket_ends_to_the_millisecond),
		IN_WORLD(expired_tickets_are_swept_when_one_is_made),
		IN_WORLD(link_has_so_many_open_tickets),
		IN_WORLD(revoked_link_makes_and_opens_nothing),
		IN_WORLD(expired_link_makes_and_opens_nothing),
		IN_WORLD(row_opens_its_own_board_only),
		IN_WORLD(deleted_board_takes_its_tickets_along),
		IN_WORLD(refused_mint_leaves_no_trace),
	};

	return cmocka_run_group_tests_name("store_ticket", tests, NULL, NULL);
}
