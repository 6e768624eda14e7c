#ifndef STORE_SQLITE_DATAFILE_H
#define STORE_SQLITE_DATAFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

/* Bytes of a path inside the data directory, the NUL included. */
#define DATAFILE_PATH	4096

/* Writes "dir/name".  ST_TOOBIG. */
enum status datafile_path(const char *dir, const char *name,
    char out[DATAFILE_PATH]);

/*
 * Opens a file of the data directory for reading and writing, making it (0600)
 * where it is missing; for reading only where it cannot be written.  `*fd` is
 * -1 on failure: ST_READONLY, ST_FULL, ST_BUSY (no descriptors), ST_IO.
 */
enum status datafile_open(const char *dir, const char *name, int *fd);

/*
 * Makes the directory (0700, with missing parents 0755), so that it outlives a
 * power cut, and checks that it is ours.  ST_DENIED: it belongs to another user.
 */
enum status datafile_dir(const char *dir);

/* Syncs the directory that the path's last component is in; -1 and errno. */
int datafile_sync_parent(const char *path);

/* The bytes free for us on its file system are fewer than `floor`. */
bool datafile_low(const char *dir, int64_t floor);

/* Logs what failed on a file, and why (errno(3)); the status of that. */
enum status datafile_complain(const char *what, const char *path, int why);

/* Whether the file may be written, by its mode and its file system. */
bool datafile_writable(const char *path);

#endif
