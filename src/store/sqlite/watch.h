#ifndef STORE_SQLITE_WATCH_H
#define STORE_SQLITE_WATCH_H

#include "base/status.h"

/*
 * One thread a process that waits for the bell, looks which watched boards
 * moved, and wakes those who watch them (store.h).  It reads the log's heads
 * every SAFETY_MS as well, for a bell that was not rung.  The thread starts
 * with the first watch and ends with the watcher.
 */
#define WATCH_SAFETY_MS	100

struct watch;
struct watcher;

/* `path` of the database and of its bell are copied. */
enum status watcher_new(const char *database, const char *bell,
    struct watcher **out);
/* Nobody may be watching.  Accepts NULL. */
void watcher_free(struct watcher *w);

enum status watcher_add(struct watcher *w, const char *board, int eventfd,
    struct watch **out);
void watcher_remove(struct watcher *w, struct watch *one);
/* WATCH_… bits (store.h), since the last call. */
unsigned watcher_why(struct watch *one);

#endif
