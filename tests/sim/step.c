#include "step.h"

#include <stdio.h>
#include <string.h>

#include "rng.h"

void
step_id(char kind, uint32_t n, char out[ID_SIZE])
{
	(void)snprintf(out, ID_SIZE, "%c%021u", kind, n);
}

void
step_digest(char kind, uint32_t n, unsigned char out[32])
{
	memset(out, kind, 32);
	memcpy(out, &n, sizeof(n));
}

void
step_title(uint32_t version, char out[32])
{
	(void)snprintf(out, 32, "title %u", version);
}

void
step_body(const struct step *s, struct buf *body)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz     ";
	struct rng r = { ((uint64_t)s->board << 40) ^
	    ((uint64_t)s->subject << 16) ^ s->version };
	uint32_t i;

	buf_addf(body, "{\"kind\":\"text\",\"title\":\"%u-%u\",\"text\":\"",
	    s->subject, s->version);
	for (i = 0; i < s->size; i++)
		buf_addc(body, letters[rng_below(&r, sizeof(letters) - 1)]);
	buf_adds(body,
	    "\",\"color\":\"default\",\"pinned\":false,\"pos\":0}");
}

static enum status
write_body(void *arg, const struct note *old, struct buf *body)
{
	(void)old;
	step_body(arg, body);
	return ST_OK;
}

static enum mutation_kind
kind_of(const struct step *s)
{
	static const enum mutation_kind kinds[] = {
		[STEP_BOARD] = MUT_BOARD_CREATE,
		[STEP_BOARD_END] = MUT_BOARD_DELETE,
		[STEP_TITLE] = MUT_BOARD_UPDATE,
		[STEP_EDIT] = MUT_NOTE_EDIT,
		[STEP_TRASH] = MUT_NOTE_TRASH,
		[STEP_RESTORE] = MUT_NOTE_RESTORE,
		[STEP_LINK] = MUT_LINK_ADD,
		[STEP_REVOKE] = MUT_LINK_REVOKE,
		[STEP_FILE] = MUT_FILE_ADD,
		[STEP_FILE_END] = MUT_FILE_DELETE,
	};

	return kinds[s->kind];
}

static void
fill_note(const struct step *s, struct step_room *room, struct note_mutation *n)
{
	step_id('n', s->subject, room->id);
	n->id = room->id;
	n->pre = PRE_NONE;
	n->edit.fn = write_body;
	n->edit.arg = (void *)(uintptr_t)s;
	if (s->key == 0)
		return;
	step_id('k', s->key, room->key);
	step_digest('k', s->key, room->digest);
	n->key = room->key;
	n->digest = room->digest;
}

struct mutation
step_mutation(const struct step *s, struct step_room *room)
{
	struct mutation m = { .kind = kind_of(s), .board = room->board };

	step_id('b', s->board, room->board);
	switch ((enum step_kind)s->kind) {
	case STEP_BOARD:
	case STEP_TITLE:
		step_title(s->version, room->title);
		m.fields.title = room->title;
		break;
	case STEP_EDIT:
	case STEP_TRASH:
	case STEP_RESTORE:
		fill_note(s, room, &m.note);
		break;
	case STEP_LINK:
	case STEP_REVOKE:
		step_id('l', s->subject, room->id);
		step_digest('l', s->subject, room->digest);
		m.link = (struct new_link){ .id = room->id,
		    .digest = room->digest, .role = ROLE_READ, .label = "" };
		break;
	case STEP_FILE:
	case STEP_FILE_END:
		step_id('f', s->subject, room->id);
		step_id('n', s->note, room->note);
		m.file = (struct file_mutation){ .id = room->id,
		    .note = room->note, .name = "file",
		    .type = "application/octet-stream",
		    .digest = room->digest };
		break;
	case STEP_BOARD_END:
		break;
	}
	return m;
}
