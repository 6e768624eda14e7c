#ifndef CGI_PAGE_PAGE_NOTE_H
#define CGI_PAGE_PAGE_NOTE_H

#include "call/call.h"

/*
 * Answers a form that found its note changed: 412, the note as it is now and,
 * where the form was an edit, the form's own words beside it, ready to be sent
 * again from that revision.  ST_NOTFOUND where there is no such note.
 */
enum status page_note_conflict(struct call *c, const char *id);

#endif
