#include <string.h>
#include <sysexits.h>

#include "codec/json.h"
#include "notewire/cli/cli.h"
#include "notewire/command/command.h"
#include "store/upkeep.h"

/* What was found so far. */
struct finding {
	struct cli	*c;
	bool		 tidy;
	int64_t		 faults;
	int64_t		 tidied;	/* of them, set right */
};

static void
put_fault(void *arg, enum fault f, const char *detail)
{
	struct finding *d = arg;
	struct buf *o = &d->c->out;

	if (d->tidy && f == FAULT_ORPHAN)
		d->tidied++;
	else
		d->faults++;
	if (!d->c->json) {
		buf_addf(o, "%-9s  ", fault_name(f));
		cli_put_text(o, detail);
		buf_addc(o, '\n');
		return;
	}
	buf_adds(o, d->faults + d->tidied > 1 ? ",\n{" : "\n{");
	json_put_member(o, "fault", fault_name(f));
	buf_addc(o, ',');
	json_put_member(o, "detail", detail);
	buf_addc(o, '}');
}

int
command_check(struct cli *c)
{
	struct finding d = { .c = c };
	const struct args_option own[] = { { "tidy", NULL, &d.tidy, NULL } };
	const struct cli_line line = { own, 1, 0, 0 };
	int code = cli_start(c, &line);

	if (code)
		return code;
	buf_adds(&c->out, c->json ? "{\"faults\":[" : "");
	code = cli_failed(store_check(c->store, d.tidy, put_fault, &d),
	    "the check");
	if (c->json)
		buf_addf(&c->out, "\n],\"removed\":%lld}\n",
		    (long long)d.tidied);
	else if (d.faults + d.tidied == 0)
		buf_adds(&c->out, "no fault\n");
	else
		buf_addf(&c->out, "%lld faults, %lld orphans removed\n",
		    (long long)d.faults, (long long)d.tidied);
	if (code == EX_OK)
		code = cli_flush(c);
	return code ? code : d.faults > 0 ? EX_DATAERR : EX_OK;
}
