#include "notewired/handover/door.h"

#include <errno.h>
#include <pwd.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/str.h"
#include "notewired/hub/signals.h"

/* A hand-over takes no longer; the responder itself gives up after a second. */
#define GUEST_MS	2000
#define GUESTS_MAX	512
/* What one may say in a turn before others have theirs. */
#define STEPS_MAX	8

enum stage {
	STAGE_MESSAGE,		/* what is handed over is to come */
	STAGE_GO,		/* taken; the responder has to let go */
	STAGE_REST,		/* done; the next message may come, or never */
};

struct guest {
	struct door	*door;
	struct peer	*peer;
	struct timer	 timer;
	enum stage	 stage;
	struct held	*held;
	TAILQ_ENTRY(guest) of_resting;
};

static void
leave_rest(struct guest *g)
{
	TAILQ_REMOVE(&g->door->resting, g, of_resting);
	g->door->rests--;
}

static void
guest_free(struct guest *g)
{
	struct door *d = g->door;

	if (g->held != NULL)
		held_drop(g->held);
	wheel_clear(&g->timer);
	peer_close(d->listener.peers, g->peer);
	if (g->stage == STAGE_REST)
		leave_rest(g);
	else
		d->guests--;
	free(g);
}

static void
set_timer(struct guest *g)
{
	wheel_set(g->door->listener.wheel, &g->timer,
	    clock_mono_ms() + GUEST_MS);
}

/* It is through, and may hand the next over: whether there may be more to read. */
static bool
rest(struct guest *g)
{
	struct door *d = g->door;

	if (d->closed) {
		guest_free(g);
		return false;
	}
	d->guests--;
	g->stage = STAGE_REST;
	TAILQ_INSERT_TAIL(&d->resting, g, of_resting);
	d->rests++;
	set_timer(g);
	return true;
}

static void
rest_no_more(struct guest *g)
{
	leave_rest(g);
	g->door->guests++;
	g->stage = STAGE_MESSAGE;
	set_timer(g);
}

static void
fire(struct timer *t, int64_t now)
{
	(void)now;
	guest_free((struct guest *)(void *)((char *)t -
	    offsetof(struct guest, timer)));
}

/* Reads the message and the descriptor with it; -1: there was none. */
static ssize_t
receive(int fd, char *bytes, size_t room, int *passed)
{
	union {
		char		room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr	align;
	} control;
	struct iovec piece = { bytes, room };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = sizeof(control.room) };
	struct cmsghdr *c;
	ssize_t n;

	*passed = -1;
	n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	if (n == -1)
		return -1;
	c = CMSG_FIRSTHDR(&m);
	if (c != NULL && c->cmsg_level == SOL_SOCKET &&
	    c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(passed, CMSG_DATA(c), sizeof(int));
	/* cut off, or more descriptors than one: none of it counts */
	return m.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? 0 : n;
}

/* Each of these tells whether there may be more to read. */

static bool
refuse(struct guest *g, const char *why)
{
	log_warn("handover", "refused", "reason=%s", why);
	g->door->holder->tally->refused++;
	guest_free(g);
	return false;
}

static bool
answer(struct guest *g, char word)
{
	if (send(g->peer->fd, &word, 1, MSG_NOSIGNAL) == 1)
		return true;
	guest_free(g);
	return false;
}

static bool
take_over(struct guest *g, const struct handover *m, int fd)
{
	enum status st;

	st = held_new(g->door->holder, m, fd, &g->held);
	if (st) {
		(void)close(fd);
		if (st != ST_LIMIT && st != ST_BUSY)
			return refuse(g, status_name(st));
		g->door->holder->tally->refused++;
		return answer(g, HANDOVER_BUSY) && rest(g);
	}
	g->stage = STAGE_GO;
	/* its word to go on is still to come, and is told of when it does */
	(void)answer(g, HANDOVER_TAKEN);
	return false;
}

static bool
pass_on(struct guest *g, const char *bytes, size_t n)
{
	struct signal s;
	enum status st;

	st = signal_unpack(bytes, n, &s);
	if (st)
		return refuse(g, "malformed");
	st = signals_play(g->door->holder->hub, &s);
	return answer(g, st == ST_OK ? HANDOVER_TAKEN :
	    st == ST_NOTFOUND ? HANDOVER_NOBODY : HANDOVER_BUSY) && rest(g);
}

static bool
on_message(struct guest *g)
{
	char bytes[SIGNAL_PACKED_MAX + 1];
	struct handover m;
	ssize_t n;
	int fd;

	n = receive(g->peer->fd, bytes, sizeof(bytes), &fd);
	if (n == -1 && errno == EAGAIN)
		return false;
	if (g->stage == STAGE_REST)
		rest_no_more(g);
	if (n > 0 && fd >= 0 && handover_parse(bytes, (size_t)n, &m) == ST_OK)
		return take_over(g, &m, fd);
	if (fd >= 0)
		(void)close(fd);
	if (n > 0 && fd == -1 && signal_is_packed(bytes, (size_t)n))
		return pass_on(g, bytes, (size_t)n);
	if (n > 0)
		return refuse(g, "malformed");
	guest_free(g);			/* thought better of it */
	return false;
}

static bool
on_go(struct guest *g)
{
	struct held *h = g->held;
	char bytes[2];
	bool more;
	ssize_t n;

	n = recv(g->peer->fd, bytes, sizeof(bytes), 0);
	if (n == -1 && errno == EAGAIN)
		return false;
	if (n != 1 || bytes[0] != HANDOVER_GO) {
		guest_free(g);
		return false;
	}
	g->held = NULL;
	more = rest(g);
	held_begin(h);
	return more;
}

static void
on_guest(struct peer *c, bool ended)
{
	struct peers *all = ((struct guest *)c->owner)->door->listener.peers;
	struct guest *g = c->owner;
	bool more = true;
	int i;

	(void)ended;			/* what was sent before that counts */
	for (i = 0; more && i < STEPS_MAX; i++)
		more = g->stage == STAGE_GO ? on_go(g) : on_message(g);
	if (more && peer_again(all, c))
		guest_free(g);
}

static void
on_guest_gone(struct peer *c)
{
	guest_free(c->owner);
}

static void
no_room(struct peer *c)
{
	(void)c;
}

static const struct peer_kind guest_kind = {
	.name = "guest",
	.input = on_guest,
	.room = no_room,
	.gone = on_guest_gone,
};

static bool
may_enter(const struct door *d, int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);
	size_t i;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return false;
	if (peer.uid == geteuid() || peer.uid == 0)
		return true;
	for (i = 0; i < d->uids_n; i++)
		if (peer.uid == d->uids[i])
			return true;
	log_warn("handover", "stranger", "uid=%u", (unsigned)peer.uid);
	d->holder->tally->refused++;
	return false;
}

static bool
let_in(void *arg, int fd)
{
	struct door *d = arg;
	struct guest *g;

	if (!may_enter(d, fd) || d->guests >= GUESTS_MAX)
		return false;
	if (!TAILQ_EMPTY(&d->resting) &&
	    d->guests + d->rests >= GUESTS_MAX)
		guest_free(TAILQ_FIRST(&d->resting));
	g = calloc(1, sizeof(*g));
	if (g == NULL)
		return false;
	g->door = d;
	g->timer.fire = fire;
	if (peer_take(d->listener.peers, fd, &guest_kind, g, &g->peer)) {
		free(g);
		return false;
	}
	d->guests++;
	set_timer(g);
	return true;
}

/* Users by number or name, separated by spaces. */
static enum status
read_uids(struct door *d, const char *list)
{
	const struct passwd *user;
	char word[64];
	uint64_t uid;
	size_t n;

	for (; *(list += strspn(list, " ")) != '\0'; list += n) {
		n = strcspn(list, " ");
		if (d->uids_n == sizeof(d->uids) / sizeof(d->uids[0]) ||
		    n >= sizeof(word))
			break;
		memcpy(word, list, n);
		word[n] = '\0';
		if (str_uint(word, UINT32_MAX, &uid) != ST_OK) {
			user = getpwnam(word);
			if (user == NULL)
				break;
			uid = user->pw_uid;
		}
		d->uids[d->uids_n++] = (uid_t)uid;
	}
	if (*list == '\0')
		return ST_OK;
	log_error("handover", "uids", "word=\"%s\"", list);
	return ST_INVALID;
}

enum status
door_init(struct door *d)
{
	TAILQ_INIT(&d->resting);
	d->listener.name = "handover";
	d->listener.let_in = let_in;
	d->listener.arg = d;
	return read_uids(d, d->holder->config->handover_uids);
}

enum status
door_open(struct door *d, int fd)
{
	return listener_open(&d->listener, fd);
}

void
door_close(struct door *d)
{
	d->closed = true;
	listener_close(&d->listener);
	while (!TAILQ_EMPTY(&d->resting))
		guest_free(TAILQ_FIRST(&d->resting));
}
