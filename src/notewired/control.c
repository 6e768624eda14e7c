#include "notewired/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

#define WORD		"take-over"
#define WORD_LEN	(sizeof(WORD) - 1)

static bool
is_ours(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	    (peer.uid == geteuid() || peer.uid == 0);
}

static void
on_word(struct peer *c, bool ended)
{
	struct control *ctl = c->owner;
	struct heritage h;
	char word[WORD_LEN + 1];
	enum status st;
	size_t got;

	(void)ended;
	st = peer_read(c, word, sizeof(word), &got);
	if (st == ST_OK && got == 0)
		return;
	if (got == WORD_LEN && memcmp(word, WORD, WORD_LEN) == 0) {
		heritage_init(&h);
		ctl->list(ctl->arg, &h);
		st = heritage_give(&h, c->fd);
	} else
		st = ST_INVALID;
	peer_close(ctl->listener.peers, c);
	if (st == ST_OK)
		ctl->given(ctl->arg);
}

static void
on_gone(struct peer *c)
{
	struct control *ctl = c->owner;

	peer_close(ctl->listener.peers, c);
}

static void
nothing(struct peer *c)
{
	(void)c;
}

static bool
let_in(void *arg, int fd)
{
	static const struct peer_kind kind = {
		.name = "control",
		.input = on_word,
		.room = nothing,
		.gone = on_gone,
	};
	struct control *ctl = arg;
	struct peer *c;

	return is_ours(fd) &&
	    peer_take(ctl->listener.peers, fd, &kind, ctl, &c) == ST_OK;
}

enum status
control_open(struct control *c, int fd)
{
	c->listener.name = "control";
	c->listener.let_in = let_in;
	c->listener.arg = c;
	return listener_open(&c->listener, fd);
}

void
control_close(struct control *c)
{
	listener_close(&c->listener);
}
