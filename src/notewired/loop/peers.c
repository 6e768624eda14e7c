#include "notewired/loop/peers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "notewired/loop/tls.h"

/* As many descriptors as any of our limits allows. */
#define PEERS_MAX	((rlim_t)1 << 20)
/* The store's, listeners, questions, and those that are just coming. */
#define OWN_FILES	256

static void *
map(size_t bytes)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

void
peers_expect(int64_t connections)
{
	const rlim_t wanted = (rlim_t)connections + OWN_FILES;
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur >= wanted)
		return;
	files.rlim_cur = files.rlim_max < wanted ? files.rlim_max : wanted;
	if (setrlimit(RLIMIT_NOFILE, &files) == -1 || files.rlim_cur < wanted)
		log_warn("peer", "files", "limit=%llu wanted=%llu",
		    (unsigned long long)files.rlim_cur,
		    (unsigned long long)wanted);
}

enum status
peers_init(struct peers *ps)
{
	struct rlimit files;
	size_t max;

	*ps = (struct peers){ .poller.fd = -1 };
	if (getrlimit(RLIMIT_NOFILE, &files) == -1 ||
	    files.rlim_cur > PEERS_MAX)
		files.rlim_cur = PEERS_MAX;
	max = (size_t)files.rlim_cur;
	ps->max = (int)max;
	ps->at = map(max * sizeof(*ps->at));	/* pages come as they are used */
	ps->doomed = map(max * sizeof(*ps->doomed));
	if (ps->at == NULL || ps->doomed == NULL)
		return ST_NOMEM;
	return poller_open(&ps->poller);
}

void
peers_hang_up(struct peers *ps)
{
	int fd;

	for (fd = 0; ps->at != NULL && fd < ps->max && ps->open > 0; fd++)
		if (ps->at[fd].kind != NULL && !ps->at[fd].listens)
			ps->at[fd].kind->gone(&ps->at[fd]);
}

void
peers_fini(struct peers *ps)
{
	int fd;

	for (fd = 0; fd < ps->max && ps->at != NULL && ps->open > 0; fd++)
		if (ps->at[fd].kind != NULL)
			peer_close(ps, &ps->at[fd]);
	if (ps->at != NULL && ps->doomed != NULL)
		peers_sweep(ps);
	if (ps->at != NULL)
		(void)munmap(ps->at, (size_t)ps->max * sizeof(*ps->at));
	if (ps->doomed != NULL)
		(void)munmap(ps->doomed, (size_t)ps->max * sizeof(*ps->doomed));
	poller_close(&ps->poller);
	cork_fini(&ps->cork);
}

static enum status
take(struct peers *ps, int fd, bool edge, struct peer *fresh,
    struct peer **out)
{
	struct peer *c;
	enum status st;

	*out = NULL;
	if (fd >= ps->max)
		return ST_BUSY;
	c = &ps->at[fd];
	fresh->life = c->life + 1;
	fresh->fd = fd;
	fresh->all = ps;
	*c = *fresh;
	st = poller_add(&ps->poller, peer_key(c), edge);
	if (st) {
		c->kind = NULL;
		return st;
	}
	ps->open++;
	*out = c;
	return ST_OK;
}

/* The flag belongs to the open file, so to all who have it. */
static enum status
unblock(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return ST_INVALID;
	return flags & O_NONBLOCK ||
	    fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 ? ST_OK : ST_INVALID;
}

enum status
peer_take(struct peers *ps, int fd, const struct peer_kind *kind, void *owner,
    struct peer **out)
{
	struct peer fresh = { .kind = kind, .owner = owner };

	return take(ps, fd, true, &fresh, out);
}

enum status
peer_take_shared(struct peers *ps, int fd, const struct peer_kind *kind,
    void *owner, struct peer **out)
{
	struct peer fresh = { .kind = kind, .owner = owner, .shared = true };

	return take(ps, fd, true, &fresh, out);
}

enum status
peer_own_pipe(struct peer *c)
{
	return unblock(c->fd);
}

enum status
peer_take_listener(struct peers *ps, int fd, const struct peer_kind *kind,
    void *owner, struct peer **out)
{
	struct peer fresh = { .kind = kind, .owner = owner, .listens = true,
	    .shared = true };	/* a successor may have it */

	*out = NULL;
	return unblock(fd) ? ST_INVALID : take(ps, fd, false, &fresh, out);
}

/* TLS may need room to go on reading. */
static bool
wants_room(const struct peer *c)
{
	return c->full || c->tls != NULL;
}

void
peer_secure(struct peers *ps, struct peer *c, struct ssl_st *tls)
{
	c->tls = tls;
	ps->secured++;
	(void)poller_again(&ps->poller, peer_key(c), true);
}

struct peer *
peer_find(struct peers *ps, struct poller_key key)
{
	struct peer *c;

	if (key.fd < 0 || key.fd >= ps->max)
		return NULL;
	c = &ps->at[key.fd];
	return c->kind != NULL && c->life == key.life ? c : NULL;
}

enum status
peer_again(struct peers *ps, struct peer *c)
{
	return poller_again(&ps->poller, peer_key(c), wants_room(c));
}

void
peer_close(struct peers *ps, struct peer *c)
{
	if (c->shared)
		poller_remove(&ps->poller, c->fd);
	free(c->kept);
	c->kept = NULL;
	if (c->tls != NULL) {
		tls_free(c->tls);
		c->tls = NULL;
		ps->secured--;
	}
	c->kind = NULL;
	c->owner = NULL;
	ps->open--;
	ps->doomed[ps->doomed_n++] = c->fd;
}

void
peers_sweep(struct peers *ps)
{
	while (ps->doomed_n > 0)
		(void)close(ps->doomed[--ps->doomed_n]);
}

static enum status
note_sent(void *arg, struct poller_key key, char *bytes, size_t n,
    int32_t took)
{
	struct peer *c = peer_find(arg, key);

	return c == NULL ? ST_CLOSED : peer_sent(c, bytes, n, took);
}

static void
tell_sent(void *arg, struct poller_key key, enum status st)
{
	struct peer *c = peer_find(arg, key);

	if (c != NULL)
		c->kind->sent(c, st);
}

enum status
peers_batch(struct peers *ps)
{
	enum status st = cork_init(&ps->cork, note_sent, ps);

	return st == ST_INVALID ? ST_OK : st;
}

void
peers_cork(struct peers *ps)
{
	cork_begin(&ps->cork);
}

void
peers_uncork(struct peers *ps)
{
	cork_end(&ps->cork, tell_sent);
}

static void
handle(void *arg, struct poller_key key, unsigned ready)
{
	struct peers *ps = arg;
	struct peer *c = peer_find(ps, key);

	if (c == NULL)
		return;			/* closed earlier in this batch */
	/* TLS may have read what nobody took yet, or wait for room to read */
	if (ready & (READY_IN | READY_HALF) ||
	    (c->tls != NULL && ready & READY_OUT))
		c->kind->input(c, (ready & (READY_HALF | READY_GONE)) != 0);
	if (peer_find(ps, key) == c && (ready & READY_GONE))
		c->kind->gone(c);
	if (peer_find(ps, key) == c && (ready & READY_OUT))
		peer_resume(c);
}

bool
peers_turn(struct peers *ps)
{
	return poller_drain(&ps->poller, handle, ps);
}
