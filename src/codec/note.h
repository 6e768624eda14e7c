#ifndef CODEC_NOTE_H
#define CODEC_NOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/problem.h"
#include "base/str.h"

/*
 * The rules of what people write: a note's body and its checklist items.
 *
 * A draft is a body taken apart, while an operation works on it.  It is filled
 * from documents (of clients, or a stored body) and written out again as the
 * canonical body: compact JSON, members in the order kind, title, text or
 * items, color, pinned, pos.  Strings of a draft belong to the documents that
 * it was filled from, which must outlive it.
 */

/* Bytes, but NOTE_ITEMS_MAX counts. */
#define NOTE_TITLE_MAX		1000
#define NOTE_ITEMS_MAX		500
#define NOTE_ITEM_TEXT_MAX	4000

struct cJSON;

enum note_kind {
	NOTE_TEXT,
	NOTE_CHECKLIST,
};

struct note_item {
	const char	*id;		/* NULL: none yet */
	const char	*text;
	bool		 done;
	double		 pos;
};

struct note_draft {
	enum note_kind		 kind;
	const char		*title;
	const char		*text;		/* of NOTE_TEXT */
	struct note_item	*items;		/* of NOTE_CHECKLIST */
	size_t			 items_n;
	char			(*ids)[ID_SIZE];	/* those that were made */
	const char		*color;		/* a constant */
	bool			 pinned;
	double			 pos;
	bool			 has_kind;	/* what the last document held */
	bool			 has_text;
	bool			 has_items;
};

/* An empty text note with every default. */
void note_init(struct note_draft *d);
void note_fini(struct note_draft *d);

/*
 * Sets what the document holds and leaves the rest.  Members that the service
 * sets are taken and ignored, so that what was read can be sent back; others
 * that are not known are refused, and so are wrong types, lengths and ranges,
 * and an item id that comes twice.  The document may still contradict the
 * kind: see note_settle.  ST_INVALID with `*why`, ST_NOMEM.
 */
enum status note_read(struct note_draft *d, const struct cJSON *doc,
    struct problem *why);
/*
 * Makes the draft be of its kind: a text only for a text note, items only for
 * a checklist; what a change of kind leaves behind is dropped.  ST_INVALID
 * with `*why`.
 */
enum status note_settle(struct note_draft *d, struct problem *why);
/* Gives an id to each item that has none; answers as `new_id` does. */
enum status note_make_ids(struct note_draft *d,
    enum status (*new_id)(char out[ID_SIZE]));

/*
 * Sets what a document {"text"?,"done"?,"pos"?} of one item holds; an id in it
 * is ignored.  ST_INVALID with `*why`.
 */
enum status note_read_item(struct note_item *item, const struct cJSON *doc,
    struct problem *why);
/*
 * Sets what the document holds on the item with that id, or on a new one
 * behind the last.  `id` must outlive the draft.  ST_INVALID with `*why`, also
 * for one item too many; ST_NOMEM.
 */
enum status note_set_item(struct note_draft *d, const char *id,
    const struct cJSON *doc, bool *created, struct problem *why);
/* ST_NOTFOUND when there is no such item. */
enum status note_drop_item(struct note_draft *d, const char *id);

/* Appends the canonical body. */
void note_put(const struct note_draft *d, struct buf *b);

/*
 * Appends a document that has been read without a fault, members in the same
 * order and without those that are ignored: the same bytes for every way to
 * write the same document.
 */
void note_put_doc(const struct cJSON *doc, struct buf *b);
void note_put_item_doc(const struct cJSON *doc, struct buf *b);

#endif
