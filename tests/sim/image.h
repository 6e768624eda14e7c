#ifndef SIM_IMAGE_H
#define SIM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "content.h"
#include "rng.h"
#include "trace.h"

/*
 * What is on the disk at some operation of a trace, and what is only on its
 * way there.  A file's writes are on the disk once the file was synced; that a
 * name was given, moved or taken away, once its directory was (the new one,
 * when it moved between two).  Without memory the process ends.
 */
struct image;

/* Before the first operation.  The trace must outlive it. */
struct image *image_new(const struct trace *t);
void image_free(struct image *im);

/* Goes on until all operations before the one numbered `to` have happened. */
void image_advance(struct image *im, size_t to);
/* Whether a file of that name has writes that no sync has covered. */
bool image_unsynced(const struct image *im, const char *name);

/*
 * The power goes: names that were not synced are there or not, each for itself
 * or the first so many (one that moved is seen as either); files are cut as
 * content.h says.  Afterwards all that is left is on the disk.
 */
void image_cut(struct image *im, struct rng *r);
/* What the cut did to the file of that name. */
enum fate image_fate(const struct image *im, const char *name);
/* The power stays: all is on the disk. */
void image_keep(struct image *im);

/* Writes what is on the disk into an empty folder.  0, or -1 with errno. */
int image_write(const struct image *im, const char *dir);
/* Whether the folder holds just that; says on stderr what differs. */
bool image_matches(const struct image *im, const char *dir);

#endif
