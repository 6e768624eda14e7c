#ifndef SIM_RECORDER_H
#define SIM_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace.h"

/*
 * Stands between the whole program, SQLite included, and the C library: while
 * it records, what open, write, fsync, rename and their kin do below a folder
 * is written to a trace (calls.c).  One call at a time, so the order in the
 * trace is the order in which things happened.  A -shm file is memory and is
 * left out.  A failure to record ends the process.
 */
struct recorder_options {
	const char	*base;		/* the folder; it must be there */
	const char	*trace;		/* the file to write */
	bool		 deaf;		/* hear no sync of a plain file but the
					   database's own */
};

/* 0, or -1 with errno.  No other thread may run yet. */
int recorder_start(const struct recorder_options *o);
/* Puts in what was asked (TRACE_ASK) or answered (TRACE_ANSWER). */
void recorder_note(enum trace_kind kind, uint32_t thread, uint64_t batch,
    const void *bytes, size_t n);
/* All threads must have ended.  0, or -1: the trace is not whole. */
int recorder_stop(void);

/* For calls.c: between enter and leave nobody else is heard. */
bool recorder_enter(void);	/* false: not recording, and not entered */
void recorder_leave(void);
/* What happened; errno stays.  Files that are not below the folder are not
   taken down. */
void recorder_created(int dirfd, const char *path, int fd, bool dir);
void recorder_linked(int fromfd, const char *from, int tofd, const char *to,
    int flags);
void recorder_unlinked(int dirfd, const char *path);
void recorder_moved(int fromfd, const char *from, int tofd, const char *to);
void recorder_written(int fd, const void *bytes, size_t n, uint64_t at);
void recorder_resized(int fd);
void recorder_synced(int fd);

#endif
