/*
 * A note's mutation runs without a savepoint.  Were one to fail after it has
 * changed something, its whole group must end, and nothing of it stand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "store/sqlite/write.h"
#include "store_world.h"

#define DUMP_MAX	(1 << 20)

/* What writer_log answers from its `after`-th call on; ST_OK: what it does. */
static struct {
	enum status	st;
	int		after;
} fault;

enum status __real_writer_log(struct writer *w, struct board_row *b,
    int64_t note, int64_t revision);
enum status __wrap_writer_log(struct writer *w, struct board_row *b,
    int64_t note, int64_t revision);

enum status
__wrap_writer_log(struct writer *w, struct board_row *b, int64_t note,
    int64_t revision)
{
	if (fault.st != ST_OK && --fault.after <= 0)
		return fault.st;
	return __real_writer_log(w, b, note, revision);
}

static void
expect_end_of_group(struct world *w, enum status why, enum status told)
{
	struct mutation m[3];
	struct buf before, after;

	buf_init(&before, DUMP_MAX);
	buf_init(&after, DUMP_MAX);
	world_dump(w, &before);
	m[0] = world_edit(BOARD_1, NOTE_1, "a");
	m[1] = world_edit(BOARD_1, NOTE_2, "b");	/* its row is written */
	m[2] = world_edit(BOARD_1, NOTE_1, "c");
	fault.st = why;
	fault.after = 2;
	assert_int_equal(store_apply(w->s, m, 3), told);
	fault.st = ST_OK;
	world_dump(w, &after);
	assert_string_equal(before.data, after.data);
	buf_fini(&before);
	buf_fini(&after);
}

static void
failure_after_a_change_ends_the_group(void **state)
{
	static const struct {
		enum status	why;
		enum status	told;
	} all[] = {
		{ ST_NOMEM, ST_NOMEM }, { ST_NOTFOUND, ST_IO },
		{ ST_CONFLICT, ST_IO }, { ST_INVALID, ST_IO },
		{ ST_FULL, ST_FULL },
	};
	struct world *w = *state;
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all); i++)
		expect_end_of_group(w, all[i].why, all[i].told);
	assert_int_equal(world_put(w->s, BOARD_1, NOTE_2, "b"), ST_OK);
	assert_int_equal(world_ask(w, "SELECT head FROM board"), 1);
}

static void
failure_before_a_change_ends_nothing(void **state)
{
	struct world *w = *state;
	struct mutation m[2];

	assert_int_equal(world_put(w->s, BOARD_1, NOTE_1, "a"), ST_OK);
	m[0] = world_trash(BOARD_1, NOTE_1);	/* logs first, then changes */
	m[1] = world_edit(BOARD_2, NOTE_1, "b");
	fault.st = ST_NOMEM;
	fault.after = 1;
	assert_int_equal(store_apply(w->s, m, 2), ST_OK);
	fault.st = ST_OK;
	assert_int_equal(m[0].out.st, ST_NOMEM);
	assert_int_equal(m[1].out.st, ST_NOTFOUND);
}

int
main(void)
{
#define IN_WORLD(f) \
	cmocka_unit_test_setup_teardown(f, world_make_open, world_remove)
	const struct CMUnitTest tests[] = {
		IN_WORLD(failure_after_a_change_ends_the_group),
		IN_WORLD(failure_before_a_change_ends_nothing),
	};

	return cmocka_run_group_tests_name("store_guard", tests, NULL, NULL);
}
