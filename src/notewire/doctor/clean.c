#include <stdio.h>

#include "notewire/doctor/check.h"

#define PATH_MAX_BYTES	256

static bool
delete(struct doctor *d, const char *path)
{
	struct ask a = { .method = "DELETE", .path = path };
	int status = doctor_status(d, &a);

	return status / 100 == 2 || status == 404;
}

/* Whoever may not delete for good puts into the trash. */
static void
delete_note(struct doctor *d, const char *id)
{
	char path[PATH_MAX_BYTES];
	struct ask a = { .method = "DELETE", .path = path,
	    .line = { "If-Match: *" } };

	(void)snprintf(path, sizeof(path), "/api/boards/%s/notes/%s?purge=1",
	    d->board, id);
	if (doctor_status(d, &a) / 100 == 2)
		return;
	(void)snprintf(path, sizeof(path), "/api/boards/%s/notes/%s", d->board,
	    id);
	(void)doctor_status(d, &a);
}

void
doctor_clean(struct doctor *d)
{
	char path[PATH_MAX_BYTES];
	size_t i;

	if (d->board[0] == '\0')
		return;
	d->version = HTTP_1_1;
	if (d->own) {
		(void)snprintf(path, sizeof(path), "/api/boards/%s", d->board);
		if (!delete(d, path))
			doctor_fail(d, TROUBLE_OTHER,
			    "the board %s could not be deleted", d->board);
		return;
	}
	if (d->file[0] != '\0') {
		(void)snprintf(path, sizeof(path), "/api/boards/%s/files/%s",
		    d->board, d->file);
		(void)delete(d, path);
	}
	for (i = 0; i < d->made_n; i++)
		delete_note(d, d->made[i]);
}
