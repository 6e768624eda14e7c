#include "feed/wait.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "auth/token.h"
#include "base/clock.h"
#include "base/log.h"

enum status
wait_owner(const struct call *c, const struct claim *claim,
    struct hold_owner *owner)
{
	unsigned char digest[DIGEST_SIZE];
	enum status st;

	memset(owner, 0, sizeof(*owner));
	st = token_hash(c->request.address, digest);
	memcpy(&owner->address, digest, sizeof(owner->address));
	if (claim->who.session != NULL)
		memcpy(&owner->session, claim->who.session,
		    sizeof(owner->session));
	return st;
}

enum status
wait_init(struct wait *w, struct call *c, const struct claim *claim)
{
	struct hold_owner owner;
	enum status st;

	*w = (struct wait){ .c = c, .claim = claim, .slot = -1, .wake = -1,
	    .until = INT64_MAX };
	if (c->x->single)
		w->until = clock_mono_ms() + c->service->config->max_age_ms;
	st = wait_owner(c, claim, &owner);
	if (st == ST_OK)
		st = hold_take(&c->service->holds, &owner, &w->slot);
	if (st)
		return st;
	w->wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (w->wake == -1) {
		log_error("hold", "eventfd", "errno=%d", errno);
		st = ST_BUSY;
	} else
		st = store_watch(c->service->store, c->access.board, w->wake,
		    &w->watch);
	if (st)
		wait_fini(w);
	return st;
}

void
wait_fini(struct wait *w)
{
	store_unwatch(w->c->service->store, w->watch);
	w->watch = NULL;
	if (w->wake >= 0)
		(void)close(w->wake);
	w->wake = -1;
	hold_give(&w->c->service->holds, w->slot);
	w->slot = -1;
}

/* How long poll may sleep: till `at`, the hold's end or the link's. */
static int
sleep_ms(const struct wait *w, int64_t at)
{
	int64_t expires = w->c->access.expires_at, left, link_left;

	if (at > w->until)
		at = w->until;
	left = at - clock_mono_ms();
	if (expires != 0) {
		link_left = expires - clock_wall_ms();
		if (link_left < left)
			left = link_left;
	}
	if (left < 0)
		left = 0;
	return left < INT_MAX ? (int)left : INT_MAX;
}

enum wait_end
wait_next(struct wait *w, int64_t at)
{
	struct pollfd fds[] = {
		{ .fd = w->c->service->stop, .events = POLLIN },
		{ .fd = w->c->x->fd, .events = POLLIN | POLLRDHUP },
		{ .fd = w->wake, .events = POLLIN },
	};
	uint64_t times;
	int64_t now;

	if (w->c->x->single)
		fds[1].events = 0;	/* standard output: only its end counts */
	(void)poll(fds, 3, sleep_ms(w, at));
	if (fds[0].revents != 0)
		return WAIT_STOP;
	if (fds[1].revents != 0 && exchange_left(w->c->x, fds[1].revents))
		return WAIT_LEFT;
	if (fds[2].revents != 0) {
		(void)!read(w->wake, &times, sizeof(times));
		return WAIT_LOOK;
	}
	now = clock_mono_ms();
	if (now >= w->until)
		return WAIT_AGE;
	return now >= at ? WAIT_TIME : WAIT_LOOK;
}

enum status
wait_allowed(struct wait *w)
{
	return access_check(w->c, w->claim, PATH_BOARD(w->c), ROLE_READ);
}
