#include "notewired/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/listen.h"
#include "base/log.h"
#include "base/notify.h"
#include "notewired/confine.h"
#include "notewired/hub/member.h"
#include "notewired/hub/publish.h"

#define PATH_SIZE	4096
#define RING_BYTES	((size_t)1 << 20)
/*
 * Answers of the follower taken before readers get their turn: less than a ring
 * holds, so that a burst leaves nobody behind who keeps up.
 */
#define ANSWERS		6
/* Between looks for a store that is not there yet. */
#define STORE_WAIT_MS	200
/* A drain waits so long for what those say who were let in. */
#define OPENERS_MS	1000

static enum status
join_path(const char *dir, const char *name, char out[PATH_SIZE])
{
	int n = snprintf(out, PATH_SIZE, "%s/%s", dir, name);

	return n < 0 || n >= PATH_SIZE ? ST_TOOBIG : ST_OK;
}

/* ---- what the loop calls ---- */

static bool
walk(void *arg)
{
	struct daemon *d = arg;

	hub_walk(&d->hub);
	return hub_busy(&d->hub);
}

/*
 * Who was let in is answered: what the responder is asked about in any case,
 * the rest of a request's head is waited for as long as that timer stands.
 */
static bool
is_drained(const struct daemon *d)
{
	return d->tally.held == 0 && d->door.guests == 0 &&
	    d->websocks.asks.n == 0 && (d->openers.link == NULL ||
	    d->websocks.openings.n + directs_openings(&d->directs) == 0);
}

static void
sweep(void *arg)
{
	struct daemon *d = arg;

	hub_sweep(&d->hub);
	if (d->draining && is_drained(d))
		loop_stop(&d->loop);
}

static void
mail(void *arg)
{
	struct daemon *d = arg;
	struct letter *l;
	int i;

	for (i = 0; i < ANSWERS; i++) {
		l = follower_answer(d->hub.follower);
		if (l == NULL)
			return;
		publish(&d->hub, l);
	}
	loop_wake(&d->loop);
}

static void
wake(void *arg)
{
	struct daemon *d = arg;

	loop_wake(&d->loop);
}

static void
on_late(struct timer *t, int64_t now)
{
	struct daemon *d = (struct daemon *)(void *)((char *)t -
	    offsetof(struct daemon, late));

	(void)now;
	loop_stop(&d->loop);
}

/* The system wants to hear of it, and hears it from the loop itself. */
static void
on_alive(struct timer *t, int64_t now)
{
	struct daemon *d = (struct daemon *)(void *)((char *)t -
	    offsetof(struct daemon, alive));

	(void)notify_say("WATCHDOG=1");
	wheel_set(&d->loop.wheel, t, now + notify_watchdog_ms());
}

/* The turn ends with a look at whether all is done. */
static void
on_openers_late(struct timer *t, int64_t now)
{
	(void)t;
	(void)now;
}

static void
send_away(struct reader *r)
{
	reader_end(r, "shutdown", true);
}

/* Every stream gets its end; whoever cannot take it is waited for a while. */
static void
drain(struct daemon *d)
{
	if (d->draining)
		return;
	log_info("daemon", "drain", "held=%lld", (long long)d->tally.held);
	(void)notify_say("STOPPING=1");
	d->draining = d->holder.draining = true;
	d->openers.fire = on_openers_late;
	wheel_set(&d->loop.wheel, &d->openers,
	    clock_mono_ms() + OPENERS_MS);
	d->late.fire = on_late;
	wheel_set(&d->loop.wheel, &d->late,
	    clock_mono_ms() + d->config->drain_ms);
	door_close(&d->door);
	control_close(&d->control);
	status_close(&d->status);
	websocks_close(&d->websocks);
	directs_close(&d->directs);
	hub_each(&d->hub, NULL, send_away);
}

/* What a successor goes on with. */
static void
list_heritage(void *arg, struct heritage *h)
{
	const struct daemon *d = arg;

	h->fd[HEIR_LOCK] = d->lock;
	h->fd[HEIR_CONTROL] = d->control.listener.fd;
	h->fd[HEIR_HANDOVER] = d->door.listener.fd;
	h->fd[HEIR_STATUS] = d->status.listener.fd;
	h->fd[HEIR_HTTP] = d->websocks.openings.listener.fd;
	directs_list(&d->directs, h);
}

static void
on_given(void *arg)
{
	log_info("daemon", "taken-over", "by=successor");
	drain(arg);
}

static void
on_signal(void *arg, int number)
{
	struct daemon *d = arg;

	if (number == SIGHUP)
		daemon_reread(d);
	else
		drain(d);
}

/* ---- the parts ---- */

/* A lock that was inherited is locked already: it belongs to the open file. */
static enum status
lock_data(struct daemon *d)
{
	char path[PATH_SIZE];

	if (join_path(d->config->data_dir, "notewired.lock", path))
		return ST_TOOBIG;
	d->lock = heritage_take(&d->heritage, HEIR_LOCK);
	if (d->lock == -1)
		d->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (d->lock >= 0 && flock(d->lock, LOCK_EX | LOCK_NB) == 0)
		return ST_OK;
	log_error("daemon", "lock", "path=\"%s\" error=\"%s\"", path,
	    strerror(errno));
	return errno == EWOULDBLOCK ? ST_BUSY : status_of_errno(errno);
}

static enum status
inherit(struct daemon *d, bool take_over)
{
	char path[PATH_SIZE];
	enum status st;

	st = heritage_of_init(&d->heritage);
	if (st || !take_over)
		return st;
	st = join_path(d->config->run_dir, "control.sock", path);
	if (st == ST_OK)
		st = heritage_ask(&d->heritage, path);
	return st == ST_NOTFOUND ? ST_OK : st;	/* there is none to succeed */
}

/* The responder makes the store; whichever starts first, both will serve. */
static enum status
open_store(struct daemon *d)
{
	const struct config *c = d->config;
	const struct store_options o = { .dir = c->data_dir,
	    .only_read = true, .readers = 1 };
	bool told = false;
	enum status st;
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	while ((st = store_open(&o, &d->store)) == ST_NOTFOUND) {
		if (!told)
			log_info("daemon", "waiting", "for=store");
		told = true;
		if (sigtimedwait(&ends, NULL, &(struct timespec){
		    .tv_nsec = STORE_WAIT_MS * 1000000L }) > 0)
			return ST_CLOSED;
	}
	(void)sigprocmask(SIG_UNBLOCK, &ends, NULL);
	return st;
}

/* Where the responder listens. */
static enum status
find_responder(struct daemon *d)
{
	char path[PATH_SIZE];
	enum status st;

	if (d->config->responder[0] != '\0')
		st = str_copy(path, sizeof(path), d->config->responder);
	else
		st = join_path(d->config->run_dir, "fcgi.sock", path);
	if (st == ST_OK)
		st = str_copy(d->websocks.asks.path,
		    sizeof(d->websocks.asks.path), path);
	if (st)
		log_error("daemon", "responder", "error=toolong");
	return st;
}

static enum status
open_hub(struct daemon *d)
{
	struct hub *h = &d->hub;
	enum status st;

	h->peers = &d->loop.peers;
	h->wheel = &d->loop.wheel;
	h->tally = &d->tally;
	h->ring_bytes = RING_BYTES;
	h->stall_ms = d->config->stall_ms;
	d->holder = (struct holder){ .config = d->config,
	    .peers = &d->loop.peers, .hub = h, .tally = &d->tally };
	holder_init(&d->holder);
	d->door.holder = &d->holder;
	d->control.list = list_heritage;
	d->control.given = on_given;
	d->control.arg = d;
	d->status.tally = &d->tally;
	d->status.hub = h;
	d->status.turns = &d->loop.turns;
	d->status.draining = &d->draining;
	st = find_responder(d);
	if (st == ST_OK)
		st = websocks_init(&d->websocks, &d->holder);
	return st ? st : hub_init(h);
}

/* The socket that was inherited, or one of that name in the run directory. */
static enum status
open_socket(struct daemon *d, enum heirloom which, const char *path,
    int *out)
{
	const int type = which == HEIR_STATUS || which == HEIR_HTTP ?
	    SOCK_STREAM : SOCK_SEQPACKET;
	/* a web server is of the group that the folder is of */
	mode_t mode = which == HEIR_HTTP ? 0660 : 0600;

	/* who may is found by SO_PEERCRED, which needs a connection first */
	if (which == HEIR_HANDOVER && d->door.uids_n > 0)
		mode = 0666;
	*out = heritage_take(&d->heritage, which);
	return *out >= 0 ? ST_OK : listen_unix(path, type, mode, out);
}

static enum status
open_one(struct daemon *d, enum heirloom which)
{
	static const char *const files[HEIRS] = {
		[HEIR_CONTROL] = "control.sock",
		[HEIR_HANDOVER] = "handover.sock",
		[HEIR_STATUS] = "status.sock",
		[HEIR_HTTP] = "http.sock",
	};
	char path[PATH_SIZE];
	enum status st;
	int fd;

	st = join_path(d->config->run_dir, files[which], path);
	if (st == ST_OK && which == HEIR_STATUS &&
	    d->config->status[0] != '\0')
		st = str_copy(path, sizeof(path), d->config->status);
	if (st == ST_OK)
		st = open_socket(d, which, path, &fd);
	if (st)
		return st;
	if (which == HEIR_CONTROL)
		return control_open(&d->control, fd);
	if (which == HEIR_HTTP)
		return websocks_open(&d->websocks, fd);
	return which == HEIR_STATUS ? status_open(&d->status, fd) :
	    door_open(&d->door, fd);
}

static enum status
open_sockets(struct daemon *d)
{
	const char *dir = d->config->run_dir;
	enum status st;

	if (mkdir(dir, 0755) == -1 && errno != EEXIST) {
		log_error("daemon", "run_dir", "path=\"%s\" error=\"%s\"",
		    dir, strerror(errno));
		return status_of_errno(errno);
	}
	st = door_init(&d->door);
	if (st == ST_OK)
		st = open_one(d, HEIR_HANDOVER);
	if (st == ST_OK)
		st = open_one(d, HEIR_STATUS);
	if (st == ST_OK)
		st = open_one(d, HEIR_HTTP);
	if (st == ST_OK)
		st = directs_open(&d->directs, &d->websocks, &d->heritage);
	if (st == ST_OK)
		st = open_one(d, HEIR_CONTROL);
	return st;
}

static void
init_listeners(struct daemon *d)
{
	struct listener *all[] = { &d->door.listener, &d->control.listener,
	    &d->status.listener, &d->websocks.openings.listener };
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		listener_init(all[i]);
		all[i]->peers = &d->loop.peers;
		all[i]->wheel = &d->loop.wheel;
	}
}

enum status
daemon_open(struct daemon *d, struct config *config, bool take_over)
{
	enum status st;

	d->config = config;
	d->lock = d->loop.peers.poller.fd = -1;
	d->loop.mail = mail;
	d->loop.walk = walk;
	d->loop.sweep = sweep;
	d->loop.signal = on_signal;
	d->loop.arg = d;
	heritage_init(&d->heritage);
	init_listeners(d);
	st = open_store(d);
	if (st == ST_OK)
		st = inherit(d, take_over);
	if (st == ST_OK)
		st = lock_data(d);
	peers_expect(config->connections);
	if (st == ST_OK)
		st = loop_open(&d->loop);
	if (st == ST_OK && config->io_uring)
		st = peers_batch(&d->loop.peers);
	if (st == ST_OK)
		st = open_hub(d);
	if (st == ST_OK)
		st = open_sockets(d);
	/* all is open, and there is no second thread yet */
	if (st == ST_OK)
		st = confine(d->config, &d->status.sandbox);
	if (st == ST_OK)
		st = follower_new(d->store, wake, d, &d->hub.follower);
	return st;
}

void
daemon_run(struct daemon *d)
{
	log_info("daemon", "ready", "version=%s connections=%lld",
	    PACKAGE_VERSION, (long long)d->config->connections);
	(void)notify_say("READY=1");
	if (notify_watchdog_ms() > 0) {
		d->alive.fire = on_alive;
		on_alive(&d->alive, clock_mono_ms());
	}
	loop_run(&d->loop);
	log_info("daemon", "end", "held=%lld", (long long)d->tally.held);
}

void
daemon_close(struct daemon *d)
{
	door_close(&d->door);
	control_close(&d->control);
	status_close(&d->status);
	websocks_close(&d->websocks);
	directs_close(&d->directs);
	heritage_fini(&d->heritage);
	peers_hang_up(&d->loop.peers);
	websocks_fini(&d->websocks);
	if (d->hub.follower != NULL) {
		members_drop(&d->hub);
		hub_sweep(&d->hub);
	}
	/* it may call us until it is gone */
	follower_free(d->hub.follower);
	hub_fini(&d->hub);
	holder_fini(&d->holder);
	loop_close(&d->loop);
	directs_fini(&d->directs);
	store_close(d->store);
	if (d->lock >= 0)
		(void)close(d->lock);
}
