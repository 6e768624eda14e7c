#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "codec/print.h"
#include "notewire/cli/cli.h"
#include "notewire/command/change.h"
#include "notewire/command/command.h"
#include "notewire/command/tail.h"

/* Changes that are read at once, and how large one may be, printed. */
#define PAGE		256
#define LINE_MAX_BYTES	((size_t)64 << 20)

/* A log that is followed in the data directory itself. */
struct following {
	struct cli	*c;
	char		 board[ID_SIZE];
	struct cursor	 at;
	struct buf	 line;
	int		 code;		/* of the last print */
};

static bool
show(void *arg, const struct change *change)
{
	struct following *f = arg;

	buf_reset(&f->line);
	print_change(&f->line, f->at.epoch, change);
	f->code = cli_failed(buf_status(&f->line), "a change");
	if (f->code == EX_OK)
		f->code = change_print(f->c, f->line.data, f->line.len);
	return f->code == EX_OK;
}

/* All that is there after the cursor; EX_OK with nothing left. */
static int
catch_up(struct following *f)
{
	struct tail_query q = { .board = f->board, .docs = true,
	    .limit = PAGE };
	char at[CURSOR_TEXT];
	struct tail t;
	enum status st;

	do {
		q.after = f->at;
		st = store_tail(f->c->store, &q, &t, show, f);
		if (st == ST_GONE) {
			f->at = t.head;
			cursor_format(&t.head, at);
			return change_print_reset(f->c, reset_name(t.reset),
			    at);
		}
		if (st)
			return cli_failed(st, "the board");
		f->at = t.next;
	} while (f->code == EX_OK && t.next.seq < t.head.seq);
	return f->code;
}

/* Until the board or the reader of our output is gone. */
static int
follow(struct following *f)
{
	int bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	struct pollfd p = { .fd = bell, .events = POLLIN };
	struct watch *watch = NULL;
	uint64_t count;
	int code;

	if (bell == -1)
		return cli_failed(ST_BUSY, "a descriptor");
	code = cli_failed(store_watch(f->c->store, f->board, bell, &watch),
	    "the watch");
	while (code == EX_OK) {
		code = catch_up(f);
		if (code == EX_OK && poll(&p, 1, -1) == 1)
			(void)!read(bell, &count, sizeof(count));
	}
	store_unwatch(f->c->store, watch);
	(void)close(bell);
	return code;
}

/* "0" is the beginning, "now" what comes next. */
static int
start(struct following *f, const char *since)
{
	const struct tail_query now = { .board = f->board, .now = true };
	struct tail t;
	int code;

	if (strcmp(since, "0") != 0 && strcmp(since, "now") != 0)
		return cursor_parse(since, &f->at) ? cli_fail(EX_DATAERR,
		    "%s: no cursor; or 0, or now", since) : EX_OK;
	/* a cursor has its epoch in any case: changes are shown with it */
	code = cli_failed(store_tail(f->c->store, &now, &t, NULL, NULL),
	    f->board);
	f->at = t.head;
	if (strcmp(since, "0") == 0)
		f->at.seq = 0;
	return code;
}

static int
tail_store(struct cli *c, const char *since, bool once)
{
	struct following f = { .c = c };
	int code = cli_open(c);

	if (code == EX_OK)
		code = cli_board(c, c->word[0], f.board);
	if (code == EX_OK)
		code = start(&f, since);
	if (code)
		return code;
	buf_init(&f.line, LINE_MAX_BYTES);
	code = once ? catch_up(&f) : follow(&f);
	buf_fini(&f.line);
	return code;
}

int
command_tail(struct cli *c)
{
	struct tail_wish w = { .since = "0" };
	const char *feed = NULL;
	const struct args_option own[] = { { "since", &w.since, NULL, NULL },
	    { "once", NULL, &w.once, NULL }, { "feed", &feed, NULL, NULL } };
	const struct cli_line line = { own, 3, 1, 1 };
	int code = cli_read(c, &line);

	if (code || feed == NULL)
		return code ? code : tail_store(c, w.since, w.once);
	if (feed_parse(feed, &w.feed))
		return cli_fail(EX_USAGE, "--feed: normal, longpoll, "
		    "eventsource, continuous, htmlfile or websocket");
	if (link_read(c->word[0], &w.link))
		return cli_fail(EX_DATAERR, "%s: --feed needs a whole link, "
		    "as https://host/notewire/#r.…", c->word[0]);
	return tail_site(c, &w);
}
