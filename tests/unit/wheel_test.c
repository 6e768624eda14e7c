#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "notewired/loop/wheel.h"

struct alarm {
	struct timer	 timer;
	struct wheel	*wheel;
	int64_t		 fired;		/* when; -1: not yet */
	int		 times;
	int64_t		 again;		/* sets itself anew, so much later */
	struct alarm	*clears;	/* another, when it fires */
};

static void
fire(struct timer *t, int64_t now)
{
	struct alarm *a = (struct alarm *)(void *)t;

	a->fired = now;
	a->times++;
	if (a->again > 0)
		wheel_set(a->wheel, t, now + a->again);
	if (a->clears != NULL)
		wheel_clear(&a->clears->timer);
}

static void
alarm_init(struct alarm *a, struct wheel *w)
{
	*a = (struct alarm){ .wheel = w, .fired = -1, .timer.fire = fire };
}

static void
each_fires_once_in_time_and_never_before(void **state)
{
	static struct alarm alarms[5000];
	struct wheel w;
	int64_t now;
	size_t i;

	(void)state;
	wheel_init(&w, 1000);
	for (i = 0; i < 5000; i++) {
		alarm_init(&alarms[i], &w);
		wheel_set(&w, &alarms[i].timer, 1000 + (int64_t)i * 13);
	}
	for (now = 1000; now < 1000 + 5000 * 13 + 100; now += 7)
		wheel_run(&w, now);
	for (i = 1; i < 5000; i++) {
		assert_int_equal(alarms[i].times, 1);
		assert_true(alarms[i].fired >= alarms[i].timer.at);
		assert_true(alarms[i].fired <
		    alarms[i].timer.at + 2 * WHEEL_TICK_MS);
	}
}

static void
a_long_sleep_misses_none(void **state)
{
	struct alarm near, far;
	struct wheel w;
	const int64_t turn = WHEEL_TICK_MS * WHEEL_SLOTS;

	(void)state;
	wheel_init(&w, 0);
	alarm_init(&near, &w);
	alarm_init(&far, &w);
	wheel_set(&w, &near.timer, 100);
	wheel_set(&w, &far.timer, 5 * turn);
	wheel_run(&w, 3 * turn);
	assert_int_equal(near.times, 1);
	assert_int_equal(far.times, 0);
	wheel_run(&w, 5 * turn + WHEEL_TICK_MS);
	assert_int_equal(far.times, 1);
}

static void
one_may_set_itself_and_clear_another(void **state)
{
	struct alarm first, second;
	struct wheel w;
	int64_t now;

	(void)state;
	wheel_init(&w, 0);
	alarm_init(&first, &w);
	alarm_init(&second, &w);
	first.again = 1000;
	first.clears = &second;
	second.clears = &first;
	wheel_set(&w, &first.timer, 100);
	wheel_set(&w, &second.timer, 100);
	for (now = 0; now < 10000; now += WHEEL_TICK_MS)
		wheel_run(&w, now);
	/* whichever was first took the other out */
	assert_int_equal((first.times == 0) + (second.times == 0), 1);
	assert_true(first.times == 0 || (first.times >= 9 && first.times <= 10));
}

static void
setting_anew_moves_it(void **state)
{
	struct alarm a;
	struct wheel w;

	(void)state;
	wheel_init(&w, 0);
	alarm_init(&a, &w);
	wheel_set(&w, &a.timer, 100);
	wheel_set(&w, &a.timer, 900);
	wheel_run(&w, 500);
	assert_int_equal(a.times, 0);
	wheel_run(&w, 1000);
	assert_int_equal(a.times, 1);
	wheel_set(&w, &a.timer, 3);		/* long past: at the next tick */
	wheel_run(&w, 1000 + WHEEL_TICK_MS);
	assert_int_equal(a.times, 2);
	wheel_clear(&a.timer);
	wheel_clear(&a.timer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fires_once_in_time_and_never_before),
		cmocka_unit_test(a_long_sleep_misses_none),
		cmocka_unit_test(one_may_set_itself_and_clear_another),
		cmocka_unit_test(setting_anew_moves_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
