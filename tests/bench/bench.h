#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "store/store.h"

/*
 * What the benchmarks share.  Each compares two ways of doing the same thing,
 * in turns and in one run, so that what else the machine does falls on both.
 * Any failure ends the program with status 1 and a line that says why.
 */

/* Passes of a comparison, at most; odd, so that one of them is the median. */
#define BENCH_PASSES	9

/*
 * How many there are: as many as $NOTEWIRE_BENCH_PASSES says, where the
 * question is only whether the program still runs, else all.
 */
size_t bench_passes(void);

/* Nanoseconds of a clock that never jumps. */
int64_t bench_now(void);
void bench_die(const char *fmt, ...)
    __attribute__((format(printf, 1, 2), noreturn));
/* Dies unless `st` is ST_OK. */
void bench_ok(enum status st, const char *what);

/* Sorts the values; the one at that share (0.5: the median). */
double bench_quantile(double *values, size_t n, double share);
/* Prints "name value unit", and the range of all passes; sorts them. */
void bench_print(const char *name, double *passes, size_t n, const char *unit);

/*
 * A new folder below $TMPDIR, or /var/tmp, which is on a disk more often than
 * /tmp.  The caller removes it, which frees its path too.
 */
char *bench_dir(const char *name);
void bench_remove_dir(char *dir);

/* A fresh store as shipped, but for its limits on what is kept. */
struct store *bench_store(const char *dir, int64_t kept);
/* Makes a board; the same seed makes the same id. */
void bench_board(struct store *s, uint64_t seed, char id[ID_SIZE]);

/*
 * What one person writes: a new note, three edits of it, another new note …
 * Each write is a whole body of about 200 bytes and has a key of 22
 * characters.  Keys are random, or begin with the time, which keeps those of
 * one moment side by side in the store.
 */
#define PEN_BODY	256

enum pen_keys {
	KEYS_RANDOM,
	KEYS_TIMED,
};

struct pen {
	uint64_t	seed;
	enum pen_keys	keys;
	int		turn;
	bool		fresh;			/* a new note */
	char		note[ID_SIZE];
	char		key[ID_SIZE];
	unsigned char	digest[32];
	char		body[PEN_BODY];
	size_t		body_len;
};

void pen_init(struct pen *p, uint64_t seed, enum pen_keys keys);
void pen_next(struct pen *p);
/* The write as a mutation, which points into the pen. */
void pen_mutation(struct pen *p, const char *board, struct mutation *m);

#endif
