#include "notewire/doctor/report.h"

#include <string.h>

#include "base/clock.h"
#include "codec/json.h"
#include "notewire/cli/cli.h"
#include "notewire/setup/mount.h"

static const char *const levels[] = {
	[LEVEL_OK] = "ok",
	[LEVEL_SKIP] = "skip",
	[LEVEL_WARN] = "warn",
	[LEVEL_FAIL] = "FAIL",
};

static double
took_ms(const struct doctor *d)
{
	return doctor_ms(clock_mono_us() - d->now.began_us);
}

static const char *
version_name(const struct doctor *d)
{
	if (!d->now.check->each_version || !d->speaks_h2)
		return "";
	return d->version == HTTP_2 ? ", HTTP/2" : ", HTTP/1.1";
}

static void
put_text_advice(const struct doctor *d, const struct advice *a,
    struct buf *out)
{
	buf_addf(out, "      %s: ", a->snippet[0] != '\0' ? a->snippet :
	    server_name(a->server));
	if (a->place[0] != '\0') {
		mount_put(out, a->place, strlen(a->place), d->mount);
		buf_adds(out, ": ");
	}
	mount_put(out, a->directive, strlen(a->directive), d->mount);
	buf_addc(out, '\n');
}

void
report_text(const struct doctor *d, struct buf *out)
{
	const struct result *r = &d->now;
	const struct advice *a;
	size_t i;

	buf_addf(out, "%-4s  %s%s", levels[r->level], r->check->name,
	    version_name(d));
	buf_addf(out, " (%.0f ms)", took_ms(d));
	if (r->text[0] != '\0') {
		buf_adds(out, ": ");
		cli_put_text(out, r->text);
	}
	buf_addc(out, '\n');
	for (i = 0; i < r->troubles; i++)
		for (a = NULL; (a = advice_next(a, r->trouble[i],
		    d->server)) != NULL; )
			put_text_advice(d, a, out);
}

static void
put_mounted(const struct doctor *d, const char *name, const char *text,
    struct buf *out)
{
	struct buf b;

	buf_init(&b, 4096);
	mount_put(&b, text, strlen(text), d->mount);
	json_put_member(out, name, b.data);
	buf_fini(&b);
}

static void
put_json_advice(const struct doctor *d, struct buf *out)
{
	const struct result *r = &d->now;
	const struct advice *a;
	const char *comma = "";
	size_t i;

	buf_adds(out, ",\"advice\":[");
	for (i = 0; i < r->troubles; i++)
		for (a = NULL; (a = advice_next(a, r->trouble[i],
		    d->server)) != NULL; comma = ",") {
			buf_addf(out, "%s{", comma);
			json_put_member(out, "snippet", a->snippet);
			buf_addc(out, ',');
			put_mounted(d, "place", a->place, out);
			buf_addc(out, ',');
			put_mounted(d, "directive", a->directive, out);
			buf_addc(out, '}');
		}
	buf_addc(out, ']');
}

/* Of what comes from outside, what is UTF-8. */
static void
put_member(struct buf *out, const char *name, const char *text)
{
	json_put_member(out, name, str_is_utf8(text, strlen(text)) ? text :
	    "(no UTF-8)");
}

void
report_json(const struct doctor *d, struct buf *out)
{
	const struct result *r = &d->now;

	buf_adds(out, out->data[out->len - 1] == '}' ? ",\n{" : "\n{");
	json_put_member(out, "check", r->check->name);
	buf_addc(out, ',');
	json_put_member(out, "proves", r->check->proves);
	buf_addc(out, ',');
	json_put_member(out, "http", !r->check->each_version ? "" :
	    d->version == HTTP_2 ? "2" : "1.1");
	buf_addc(out, ',');
	json_put_member(out, "result", r->level == LEVEL_FAIL ? "fail" :
	    levels[r->level]);
	buf_addf(out, ",\"ms\":%.0f,", took_ms(d));
	put_member(out, "text", r->text);
	put_json_advice(d, out);
	buf_addc(out, '}');
}
