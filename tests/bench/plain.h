#ifndef TESTS_BENCH_PLAIN_H
#define TESTS_BENCH_PLAIN_H

#include <sqlite3.h>

#include "bench.h"

/*
 * What the store is measured against: a program of one thread that makes the
 * same changes to the same rows, one transaction a write, with prepared
 * statements, the same pragmas and the same rule for checkpoints; no gate, no
 * groups, no savepoints, no bell, no look at the free space, no look whether
 * the key is known.  As it has no rival it never waits for a lock: no program
 * that commits each write on its own can be faster.
 */
struct plain;

/* A connection to a database that a store has made and closed. */
struct plain *plain_open(const char *dir);
/* Returns when the write is durable. */
void plain_write(struct plain *p, const char *board, const struct pen *pen);
void plain_close(struct plain *p);

/* For other references: opens dir/notes.db; dies on failure. */
sqlite3 *plain_database(const char *dir);

#endif
