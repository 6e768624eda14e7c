#include "bench.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

#define EDITS		3
/* Milliseconds since 1970 in hexadecimal, up to the year 2527. */
#define TIME_DIGITS	11
#define PATH_SIZE	512

int64_t
bench_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void
bench_die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vfprintf(stderr, fmt, ap);
	va_end(ap);
	(void)fputc('\n', stderr);
	exit(1);
}

size_t
bench_passes(void)
{
	const char *text = getenv("NOTEWIRE_BENCH_PASSES");
	uint64_t passes = BENCH_PASSES;

	if (text != NULL && (str_uint(text, BENCH_PASSES, &passes) != ST_OK ||
	    passes == 0))
		bench_die("NOTEWIRE_BENCH_PASSES: not 1 to %d", BENCH_PASSES);
	return (size_t)passes;
}

void
bench_ok(enum status st, const char *what)
{
	if (st)
		bench_die("%s: %s", what, status_name(st));
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double
bench_quantile(double *values, size_t n, double share)
{
	size_t at = (size_t)((double)n * share);

	qsort(values, n, sizeof(*values), by_value);
	return values[at < n ? at : n - 1];
}

void
bench_print(const char *name, double *passes, size_t n, const char *unit)
{
	double median = bench_quantile(passes, n, 0.5);

	(void)printf("%s %.3g %s (%zu passes: %.3g to %.3g)\n", name, median,
	    unit, n, passes[0], passes[n - 1]);
	(void)fflush(stdout);
}

char *
bench_dir(const char *name)
{
	const char *base = getenv("TMPDIR");
	char *path = malloc(PATH_SIZE);

	if (base == NULL || base[0] == '\0')
		base = "/var/tmp";
	if (path == NULL || snprintf(path, PATH_SIZE, "%s/nw-bench-%s-XXXXXX",
	    base, name) >= PATH_SIZE || mkdtemp(path) == NULL)
		bench_die("no folder for %s in %s", name, base);
	return path;
}

static int
remove_one(const char *path, const struct stat *info, int type,
    struct FTW *where)
{
	(void)info;
	(void)type;
	(void)where;
	return remove(path);
}

void
bench_remove_dir(char *dir)
{
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(dir);
}

struct store *
bench_store(const char *dir, int64_t kept)
{
	struct store_options o = {
		.dir = dir,
		.readers = 4,
		.log_rows = kept,
		.log_age_ms = INT64_C(30) * 86400 * 1000,
		.revisions = kept,
		.key_age_ms = INT64_C(30) * 86400 * 1000,
		.disk_floor = INT64_C(64) << 20,
	};
	struct store *s;

	bench_ok(store_open(&o, &s), "store_open");
	return s;
}

/* splitmix64 (Steele, Lea and Flood, OOPSLA 2014). */
static uint64_t
next(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void
make_id(uint64_t *seed, char id[ID_SIZE])
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-_";
	int i;

	for (i = 0; i < ID_LEN; i++)
		id[i] = letters[next(seed) % 64];
	id[ID_LEN] = '\0';
}

void
bench_board(struct store *s, uint64_t seed, char id[ID_SIZE])
{
	struct mutation m = { .kind = MUT_BOARD_CREATE, .board = id,
	    .fields = { .title = "a board" } };

	make_id(&seed, id);
	bench_ok(store_apply(s, &m, 1), "store_apply");
	bench_ok(m.out.st, "a new board");
}

void
pen_init(struct pen *p, uint64_t seed, enum pen_keys keys)
{
	memset(p, 0, sizeof(*p));
	p->seed = seed;
	p->keys = keys;
}

static void
make_key(struct pen *p)
{
	char time_text[TIME_DIGITS + 1];

	make_id(&p->seed, p->key);
	if (p->keys == KEYS_RANDOM)
		return;
	(void)snprintf(time_text, sizeof(time_text), "%0*" PRIx64, TIME_DIGITS,
	    (uint64_t)clock_wall_ms());
	memcpy(p->key, time_text, TIME_DIGITS);
}

void
pen_next(struct pen *p)
{
	uint64_t word;
	size_t i;

	p->fresh = p->turn++ % (1 + EDITS) == 0;
	if (p->fresh)
		make_id(&p->seed, p->note);
	make_key(p);
	for (i = 0; i < sizeof(p->digest); i += sizeof(word)) {
		word = next(&p->seed);
		memcpy(p->digest + i, &word, sizeof(word));
	}
	p->body_len = (size_t)snprintf(p->body, sizeof(p->body),
	    "{\"kind\":\"text\",\"title\":\"Shopping %s\",\"text\":\"milk, bread "
	    "and butter; ask Ada what she wants from the market, and do not "
	    "forget the parcel\",\"color\":\"yellow\",\"pinned\":false,"
	    "\"pos\":%d}", p->key, p->turn);
}

static enum status
write_body(void *arg, const struct note *old, struct buf *body)
{
	const struct pen *p = arg;

	(void)old;
	buf_add(body, p->body, p->body_len);
	return ST_OK;
}

void
pen_mutation(struct pen *p, const char *board, struct mutation *m)
{
	*m = (struct mutation){
		.kind = MUT_NOTE_EDIT,
		.board = board,
		.note = { .id = p->note, .key = p->key, .digest = p->digest,
		    .pre = p->fresh ? PRE_ABSENT : PRE_EXISTS,
		    .edit = { .fn = write_body, .arg = p } },
	};
}
