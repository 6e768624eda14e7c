/*
 * Writes to the store of a running service, as any process may that goes
 * through its gate: what is measured then is the way from a commit to the
 * subscribers, without that of the writer's request.
 *
 *	fan_write DIR BOARD
 *
 * obeys "write COUNT AT": so many new notes in one transaction, whose texts
 * tell AT, the monotonic clock's nanoseconds; answers "written COUNT".
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "commands.h"

#define COUNT_MAX	64
#define KEPT		10000

struct batch {
	struct pen	pens[COUNT_MAX];
	struct mutation	mutations[COUNT_MAX];
};

/* A new note each, by a pen that writes another text. */
static void
make(struct batch *b, const char *board, int64_t count, int64_t at)
{
	static uint64_t seed;
	struct pen *p;
	int64_t i;

	if (count < 1 || count > COUNT_MAX)
		bench_die("1 to %d notes", COUNT_MAX);
	for (i = 0; i < count; i++) {
		p = &b->pens[i];
		pen_init(p, ++seed << 32, KEYS_TIMED);
		pen_next(p);
		p->body_len = (size_t)snprintf(p->body, sizeof(p->body),
		    "{\"kind\":\"text\",\"title\":\"\",\"text\":\"at=%" PRId64
		    "\",\"color\":\"default\",\"pinned\":false,\"pos\":0}", at);
		pen_mutation(p, board, &b->mutations[i]);
	}
}

static void
write_all(struct store *s, struct batch *b, int64_t count)
{
	int64_t i;

	bench_ok(store_apply(s, b->mutations, (size_t)count), "store_apply");
	for (i = 0; i < count; i++)
		bench_ok(b->mutations[i].out.st, "a note");
	(void)printf("written %" PRId64 "\n", count);
	(void)fflush(stdout);
}

int
main(int argc, char **argv)
{
	static struct commands commands;
	static struct batch batch;
	struct store *s;
	struct command c;

	if (argc != 3)
		bench_die("usage: fan_write DIR BOARD");
	s = bench_store(argv[1], KEPT);
	(void)printf("ready\n");
	(void)fflush(stdout);
	while (commands_read(&commands))
		while (commands_next(&commands, &c)) {
			if (strcmp(c.word, "write") != 0 || c.n != 2)
				bench_die("%s: what is that?", c.word);
			make(&batch, argv[2], c.numbers[0], c.numbers[1]);
			write_all(s, &batch, c.numbers[0]);
		}
	store_close(s);
	return 0;
}
