#ifndef PROTO_HTML_H
#define PROTO_HTML_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Writes HTML (Living Standard, 13.1).  Everything that people wrote goes
 * through html_text or html_attr, and nothing that these append can end, or
 * begin, an element, an attribute or a comment.
 */

/*
 * Appends `len` bytes as character data, good between tags and between double
 * quotes.  < > & " ' become references; CRLF and CR become LF, as a parser
 * would make them; what HTML has no place for (other control characters, C1
 * controls, noncharacters, bytes that are no UTF-8) becomes U+FFFD.
 */
void html_text(struct buf *b, const char *text, size_t len);
/* Appends ` name="value"`; `name` is a constant. */
void html_attr(struct buf *b, const char *name, const char *value);
/* Appends `<name>text</name>`; `name` is a constant. */
void html_element(struct buf *b, const char *name, const char *text);
/* Appends `<input type="hidden" name="…" value="…">`. */
void html_hidden(struct buf *b, const char *name, const char *value);
/*
 * Appends the content of a textarea or pre, after its start tag: a parser
 * drops the first newline there (13.1.2.5), so one is added.
 */
void html_lines(struct buf *b, const char *text);
/* As html_text, but each line end becomes a br, so that text browsers keep it. */
void html_breaks(struct buf *b, const char *text);
/* Appends a time element: to the minute, for people; whole, for programs. */
void html_time(struct buf *b, int64_t wall_ms);

/*
 * CRLF and CR to LF, in place: the reverse of what a browser does to a
 * textarea's value when it sends a form (4.10.22.4).
 */
void html_newlines(char *text);

#endif
