#ifndef STORE_SQLITE_DEPOT_H
#define STORE_SQLITE_DEPOT_H

#include <stdint.h>

#include "base/status.h"
#include "store/sqlite/datafile.h"

/*
 * Contents that are too large for the database: <dir>/files/ab/cdef…, named
 * after their SHA-256 (32 bytes), and <dir>/incoming/, where uploads grow.
 * What comes or goes in files/ does so under the gate.
 */

/* A new file in incoming/, its path in `path`; the errors of datafile_open. */
enum status depot_begin(const char *dir, char path[DATAFILE_PATH], int *fd);
/*
 * Moves a file that is on the disk into its place, or removes it where that
 * content is there already, and makes the place durable.  ST_FULL, ST_READONLY, ST_IO.
 */
enum status depot_keep(const char *dir, const char *path,
    const unsigned char digest[32]);
/* Removes a content; none there is fine.  ST_IO, logged. */
enum status depot_drop(const char *dir, const unsigned char digest[32]);
/* For reading.  ST_NOTFOUND, ST_BUSY, ST_IO; then `*fd` is -1. */
enum status depot_open(const char *dir, const unsigned char digest[32],
    int *fd);
/* Its bytes.  ST_NOTFOUND, ST_IO; then `*size` is 0. */
enum status depot_size(const char *dir, const unsigned char digest[32],
    int64_t *size);
/*
 * Brings a content from one data directory to another, on the disk when this
 * returns; nothing is done where it is there.  ST_NOTFOUND: `from` has none;
 * ST_FULL, ST_READONLY, ST_BUSY, ST_IO.
 */
enum status depot_copy(const char *from, const char *to,
    const unsigned char digest[32]);

/* Shows every content until `fn` fails, which is the answer then.  ST_IO. */
typedef enum status depot_fn(void *arg, const unsigned char digest[32]);
enum status depot_each(const char *dir, depot_fn *fn, void *arg);

/* Removes incoming/ where nothing is in it; of a backup that is complete. */
void depot_end(const char *dir);
/* Removes what dead processes left in incoming/ a day ago or longer. */
void depot_tidy(const char *dir, int64_t now_ms);

#endif
