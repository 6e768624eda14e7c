/* Attachments: each that was brought is there, whole, and no other. */
#include <stdio.h>
#include <string.h>

#include "attachment.h"
#include "judge_priv.h"

static void
judge_file(struct trial *t, uint32_t thread, const struct own_file *f)
{
	const struct step s = script_file(&t->e->owns[thread], thread, f);
	enum status st = attachment_check(t->store, &s);

	if (st)
		trial_fault(t, FAULT_FILE, "file %u of board %u, %u bytes: %s",
		    s.subject, s.board, s.size, status_name(st));
}

void
judge_files(struct trial *t)
{
	const struct own_file *f;
	uint32_t thread, i, n = 0;
	char want[16], said[100];

	for (thread = 0; thread < SCRIPT_THREADS; thread++)
		for (i = 0; i < SCRIPT_FILES; i++) {
			f = &t->e->owns[thread].files[i];
			if (!f->there)
				continue;
			n++;
			judge_file(t, thread, f);
		}
	(void)snprintf(want, sizeof(want), "%u", n);
	trial_ask(t, "SELECT count(*) FROM file", NULL, said);
	if (strcmp(said, want) != 0)
		trial_fault(t, FAULT_FILE, "there are %s files, not %s", said,
		    want);
}
