/*
 * The power goes, a thousand times: what a store does is recorded call by
 * call, and from the record the disk is made up as it could be after a cut at
 * any moment.  Whatever was answered before is there when the store is opened
 * again, and all else is whole.
 *
 * power_sim --trace FILE --seed N does one cut of a recorded run again, shows
 * what the store says, and leaves the store in its folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"
#include "campaign.h"

#define RUNS	10
#define CUTS	100

struct results {
	struct tally	full;
	struct tally	normal;
	struct tally	deaf;
};

static void
show(const char *name, const struct tally *t)
{
	size_t i;

	(void)printf("# %s: %u cuts, %u amid a checkpoint, %u that tore the "
	    "-wal; %u answered batches looked for; of %u under way %u were "
	    "durable\n", name, t->cuts, t->checkpoints, t->torn_wals,
	    t->answered, t->asked, t->found);
	for (i = 1; i < FAULT_COUNT; i++)
		if (t->faults[i] > 0)
			(void)printf("# %s: fault %zu in %u cuts: %s\n", name,
			    i, t->faults[i], t->first[i]);
}

static int
run_campaigns(void **state)
{
	static struct results r;
	const struct campaign full = { .name = "as it is",
	    .mode = WORKLOAD_FULL, .first = 1, .runs = RUNS, .cuts = CUTS,
	    .batches = 320, .keep = "." };
	const struct campaign normal = { .name = "synchronous=NORMAL",
	    .mode = WORKLOAD_NORMAL, .first = 100001, .runs = 2, .cuts = 20,
	    .batches = 320 };

	const struct campaign deaf = { .name = "attachments not synced",
	    .mode = WORKLOAD_DEAF, .first = 200001, .runs = 2, .cuts = 40,
	    .batches = 320 };

	*state = &r;
	campaign_run(&full, &r.full);
	show(full.name, &r.full);
	campaign_run(&normal, &r.normal);
	show(normal.name, &r.normal);
	campaign_run(&deaf, &r.deaf);
	show(deaf.name, &r.deaf);
	return 0;
}

static void
no_answered_write_is_lost(void **state)
{
	const struct results *r = *state;

	assert_int_equal(r->full.cuts, RUNS * CUTS);
	assert_int_equal(r->full.faults[FAULT_LOST], 0);
}

static void
every_database_opens_undamaged(void **state)
{
	const struct results *r = *state;

	assert_int_equal(r->full.faults[FAULT_OPEN], 0);
	assert_int_equal(r->full.faults[FAULT_DAMAGED], 0);
	assert_int_equal(r->full.faults[FAULT_SIM], 0);
}

static void
batches_are_whole_or_absent_and_logs_dense(void **state)
{
	const struct results *r = *state;

	assert_int_equal(r->full.faults[FAULT_HALF], 0);
	assert_int_equal(r->full.faults[FAULT_LOG], 0);
}

static void
attachments_are_whole_or_absent(void **state)
{
	const struct results *r = *state;

	assert_int_equal(r->full.faults[FAULT_FILE], 0);
}

static void
cursors_and_keys_live_on_and_writing_goes_on(void **state)
{
	const struct results *r = *state;

	assert_int_equal(r->full.faults[FAULT_EPOCH], 0);
	assert_int_equal(r->full.faults[FAULT_REPLAY], 0);
	assert_int_equal(r->full.faults[FAULT_WRITE], 0);
}

/* Else the claims above would be of little. */
static void
cuts_came_at_every_kind_of_moment(void **state)
{
	const struct results *r = *state;

	assert_true(r->full.checkpoints >= CUTS * RUNS / 50);
	assert_true(r->full.torn_wals >= CUTS * RUNS / 10);
	assert_true(r->full.answered >= CUTS * RUNS * 20);
	assert_true(r->full.found > 0);
	assert_true(r->full.found < r->full.asked);
}

/* Else the simulation would prove nothing. */
static void
losses_are_found_where_commits_are_not_synced(void **state)
{
	const struct results *r = *state;

	assert_true(r->normal.faults[FAULT_LOST] > 0);
	assert_int_equal(r->normal.faults[FAULT_SIM], 0);
	assert_int_equal(r->normal.faults[FAULT_DAMAGED], 0);
}

static void
torn_attachments_are_found_where_they_are_not_synced(void **state)
{
	const struct results *r = *state;

	assert_true(r->deaf.faults[FAULT_FILE] > 0);
	assert_int_equal(r->deaf.faults[FAULT_LOST], 0);
	assert_int_equal(r->deaf.faults[FAULT_SIM], 0);
}

static int
again(const char *trace, const char *number)
{
	char base[] = "/tmp/nw-power.XXXXXX";
	struct verdict v;
	uint64_t seed;

	if (str_uint(number, UINT32_MAX, &seed) || mkdtemp(base) == NULL) {
		(void)fprintf(stderr, "no seed, or no folder: %s\n", number);
		return 1;
	}
	campaign_again(trace, (uint32_t)seed, base, &v);
	(void)printf("%s: fault %d: %s\n", base, v.fault, v.why);
	return v.fault == FAULT_NONE ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_answered_write_is_lost),
		cmocka_unit_test(every_database_opens_undamaged),
		cmocka_unit_test(batches_are_whole_or_absent_and_logs_dense),
		cmocka_unit_test(attachments_are_whole_or_absent),
		cmocka_unit_test(cursors_and_keys_live_on_and_writing_goes_on),
		cmocka_unit_test(cuts_came_at_every_kind_of_moment),
		cmocka_unit_test(losses_are_found_where_commits_are_not_synced),
		cmocka_unit_test(
		    torn_attachments_are_found_where_they_are_not_synced),
	};

	if (argc == 5 && strcmp(argv[1], "--trace") == 0 &&
	    strcmp(argv[3], "--seed") == 0)
		return again(argv[2], argv[4]);
	return cmocka_run_group_tests_name("power_sim", tests, run_campaigns,
	    NULL);
}
