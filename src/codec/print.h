#ifndef CODEC_PRINT_H
#define CODEC_PRINT_H

#include "base/buf.h"
#include "base/problem.h"
#include "base/record.h"

/* How records look on the wire.  Each appends one JSON value, on one line. */

/*
 * {"id","rev","created_at","updated_at","trashed_at","by","files":[…],
 * …the body's members…}
 */
void print_note(struct buf *b, const struct note *n);
/* {"id","name","type","size","created_at"}, as in a note's files. */
void print_file(struct buf *b, const struct file *f);
/*
 * {"seq":"e-12","id":"…","changes":[{"rev":"12"}],"doc":{…}}, or with
 * "deleted":true in place of "doc"; no "changes" for SUBJECT_BOARD and
 * SUBJECT_LINKS.
 */
void print_change(struct buf *b, const char *epoch, const struct change *c);
/* {"rev","at","by","doc":{…the body's members…}} */
void print_revision(struct buf *b, const struct revision *r);
/* {"id","role","label","created_at","expires_at"} */
void print_link(struct buf *b, const struct link *l);
/* {"type","title","status","detail"}. */
void print_problem(struct buf *b, const struct problem *p);
/* A time as a JSON string, or null for 0. */
void print_time(struct buf *b, int64_t wall_ms);

#endif
