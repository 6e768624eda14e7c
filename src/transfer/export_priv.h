#ifndef TRANSFER_EXPORT_PRIV_H
#define TRANSFER_EXPORT_PRIV_H

#include "transfer/export.h"

/* Sends e->out when there is enough of it, or at once. */
enum export_when { EXPORT_ENOUGH, EXPORT_NOW };
enum status export_send(struct export *e, enum export_when when);

/*
 * The notes as Markdown, in the order of the page, which is found first.
 * ST_TOOBIG: too many to be sorted.
 */
enum status export_markdown_sort(struct export *e);
enum status export_markdown(struct export *e);
/*
 * The files of the notes as JSON records with their contents, a line each; one
 * that was deleted meanwhile is left out.
 */
enum status export_files(struct export *e);

#endif
