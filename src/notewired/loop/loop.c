#include "notewired/loop/loop.h"

#include <signal.h>
#include <string.h>

#include "base/clock.h"

/* Nothing is freed while somebody may still name it: only here. */
static void
end_turn(struct loop *l)
{
	l->turns++;
	if (l->sweep != NULL)
		l->sweep(l->arg);
	peers_sweep(&l->peers);
}

static void
on_walk(uv_idle_t *handle)
{
	struct loop *l = handle->data;

	if (!l->walk(l->arg))
		(void)uv_idle_stop(handle);
	end_turn(l);
}

/* The first slice at once; as long as there is more the loop only looks. */
static void
walk_on(struct loop *l)
{
	if (l->walk != NULL && !uv_is_active((uv_handle_t *)&l->walking) &&
	    l->walk(l->arg))
		(void)uv_idle_start(&l->walking, on_walk);
	end_turn(l);
}

static void
on_ready(uv_poll_t *handle, int status, int events)
{
	struct loop *l = handle->data;

	(void)status;
	(void)events;
	(void)peers_turn(&l->peers);	/* what is left is told of again */
	walk_on(l);
}

static void
on_woken(uv_async_t *handle)
{
	struct loop *l = handle->data;

	if (l->mail != NULL)
		l->mail(l->arg);
	walk_on(l);
}

static void
on_tick(uv_timer_t *handle)
{
	struct loop *l = handle->data;

	wheel_run(&l->wheel, clock_mono_ms());
	walk_on(l);
}

static void
on_signal(uv_signal_t *handle, int number)
{
	struct loop *l = handle->data;

	if (l->signal != NULL)
		l->signal(l->arg, number);
	walk_on(l);
}

static int
open_handles(struct loop *l)
{
	int rc;

	rc = uv_poll_init(&l->uv, &l->ready, l->peers.poller.fd);
	if (rc == 0)
		rc = uv_poll_start(&l->ready, UV_READABLE, on_ready);
	if (rc == 0)
		rc = uv_async_init(&l->uv, &l->woken, on_woken);
	if (rc == 0)
		rc = uv_timer_init(&l->uv, &l->tick);
	if (rc == 0)
		rc = uv_timer_start(&l->tick, on_tick, WHEEL_TICK_MS,
		    WHEEL_TICK_MS);
	if (rc == 0)
		rc = uv_idle_init(&l->uv, &l->walking);
	return rc;
}

static int
open_signals(struct loop *l)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]) && rc == 0; i++) {
		l->signals[i].data = l;
		rc = uv_signal_init(&l->uv, &l->signals[i]);
		if (rc == 0)
			rc = uv_signal_start(&l->signals[i], on_signal,
			    numbers[i]);
	}
	return rc;
}

enum status
loop_open(struct loop *l)
{
	enum status st;

	wheel_init(&l->wheel, clock_mono_ms());
	st = peers_init(&l->peers);
	if (st)
		return st;
	l->open = uv_loop_init(&l->uv) == 0;
	if (!l->open)
		return ST_NOMEM;
	l->ready.data = l->woken.data = l->tick.data = l->walking.data = l;
	return open_handles(l) != 0 || open_signals(l) != 0 ? ST_NOMEM :
	    ST_OK;
}

static void
close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

void
loop_close(struct loop *l)
{
	if (l->open) {
		uv_walk(&l->uv, close_handle, NULL);
		(void)uv_run(&l->uv, UV_RUN_DEFAULT);
		(void)uv_loop_close(&l->uv);
		l->open = false;
	}
	peers_fini(&l->peers);
}

void
loop_run(struct loop *l)
{
	(void)uv_run(&l->uv, UV_RUN_DEFAULT);
}

void
loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

void
loop_wake(struct loop *l)
{
	(void)uv_async_send(&l->woken);
}
