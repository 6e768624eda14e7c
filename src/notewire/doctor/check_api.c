#define _XOPEN_SOURCE 700
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "codec/json.h"
#include "notewire/doctor/check.h"

/* The responder's answers: what of a request reaches it as it was sent. */

#define PATH_MAX_BYTES	256
#define CLOCK_MAX_S	60

static const struct json_limits limits = { 32, 65536 };

static struct cJSON *
parse(const struct exchange *e)
{
	struct cJSON *j = NULL;
	struct problem why;

	if (json_parse(e->body.data, e->body.len, &limits, &j, &why))
		return NULL;
	return j;
}

static void
use_token(struct doctor *d)
{
	(void)snprintf(d->credential, sizeof(d->credential),
	    "Authorization: Bearer %s", d->token);
	d->credential_origin[0] = '\0';
}

/* Signs in, for a web server that keeps Authorization to itself. */
static bool
use_cookie(struct doctor *d)
{
	char body[64 + TOKEN_SIZE], origin[400], cookie[300];
	struct ask a = { .method = "POST", .path = "/api/session",
	    .plain = true, .type = "application/json", .body = body,
	    .line = { origin } };
	struct exchange *e;

	(void)snprintf(body, sizeof(body), "{\"token\":\"%s\"}", d->token);
	(void)snprintf(origin, sizeof(origin), "Origin: %s", d->origin);
	e = doctor_ask(d, &a);
	if (e == NULL || e->status != 200) {
		exchange_drop(e);
		return false;
	}
	exchange_field(e, "Set-Cookie", cookie, sizeof(cookie));
	(void)snprintf(d->credential, sizeof(d->credential), "Cookie: %.*s",
	    (int)strcspn(cookie, ";"), cookie);
	(void)snprintf(d->credential_origin, sizeof(d->credential_origin),
	    "%s", origin);
	exchange_drop(e);
	return true;
}

/* Whether the board can be read, and what it is read by. */
static bool
can_read(struct doctor *d)
{
	char path[PATH_MAX_BYTES];
	struct ask a = { .path = path };

	(void)snprintf(path, sizeof(path), "/api/boards/%s", d->board);
	use_token(d);
	if (doctor_status(d, &a) == 200)
		return true;
	if (!use_cookie(d) || doctor_status(d, &a) != 200)
		return false;
	doctor_fail(d, TROUBLE_AUTHORIZATION, "the Authorization field does "
	    "not reach the responder; a cookie does");
	return true;
}

/* What the board offers, to learn what runs there. */
static void
read_offer(struct doctor *d)
{
	char path[PATH_MAX_BYTES];
	struct exchange *e;

	(void)snprintf(path, sizeof(path), "/api/boards/%s", d->board);
	e = doctor_ask(d, &(struct ask){ .path = path });
	if (e != NULL) {
		d->daemon = strstr(e->body.data, "\"websocket\"") != NULL;
		d->writes = strstr(e->body.data, "\"role\":\"read\"") == NULL;
	}
	exchange_drop(e);
}

static void
judge_created(struct doctor *d, const struct exchange *e,
    const struct cJSON *j)
{
	char location[640], want[640];
	const char *title = json_string_member(j, "title");

	exchange_field(e, "Location", location, sizeof(location));
	(void)snprintf(want, sizeof(want), "%s/api/boards/%s", d->mount,
	    d->board);
	if (strcmp(location, want) != 0)
		doctor_fail(d, TROUBLE_MOUNT, "the responder takes itself to "
		    "be elsewhere: it says %s, not %s", location, want);
	if (title == NULL || strcmp(title, "notewire doctor") != 0)
		doctor_fail(d, TROUBLE_OTHER, "the title was lost");
}

static bool
take_created(struct doctor *d, const struct exchange *e)
{
	struct cJSON *j = parse(e);
	const char *id = json_string_member(j, "id");
	const char *link = json_string_member(json_member(j, "links"), "admin");
	bool good = id != NULL && link != NULL &&
	    str_copy(d->board, sizeof(d->board), id) == ST_OK;

	if (good) {
		token_from_link(link, d->token);
		d->own = true;
		(void)snprintf(d->link, sizeof(d->link), "%.*s",
		    (int)strcspn(link, "#"), link);
		judge_created(d, e, j);
	} else
		doctor_fail(d, TROUBLE_OTHER, "what came is no board");
	json_free(j);
	return good;
}

static bool
create(struct doctor *d)
{
	struct ask a = { .method = "POST", .path = "/api/boards",
	    .plain = true, .type = "application/json",
	    .body = "{\"title\":\"notewire doctor\"}" };
	struct exchange *e = doctor_ask(d, &a);
	bool made = false;

	if (e == NULL)
		return false;
	if (e->status == 201)
		made = take_created(d, e);
	else if (e->status == 415)
		doctor_fail(d, TROUBLE_CONTENT_TYPE,
		    "the Content-Type field does not reach the responder");
	else if (e->status == 401 || e->status == 403 || e->status == 404)
		doctor_fail(d, TROUBLE_OTHER, "boards are not for everybody to "
		    "make here: give a link to one, which ends in #w.... (%d)",
		    e->status);
	else
		doctor_fail(d, e->status == 405 ? TROUBLE_API_METHOD :
		    TROUBLE_OTHER, "a new board is answered by %d: %.*s",
		    e->status, 160, e->body.data);
	exchange_drop(e);
	return made;
}

/* The board that a given link opens. */
static bool
find_board(struct doctor *d)
{
	char body[64 + TOKEN_SIZE], origin[400];
	struct ask a = { .method = "POST", .path = "/api/session",
	    .plain = true, .type = "application/json", .body = body,
	    .line = { origin } };
	struct exchange *e;
	struct cJSON *j = NULL;
	const char *board = NULL;

	(void)snprintf(body, sizeof(body), "{\"token\":\"%s\"}", d->token);
	(void)snprintf(origin, sizeof(origin), "Origin: %s", d->origin);
	e = doctor_ask(d, &a);
	if (e != NULL && e->status == 200) {
		j = parse(e);
		board = json_string_member(j, "board");
	}
	if (board == NULL || str_copy(d->board, sizeof(d->board), board))
		doctor_fail(d, TROUBLE_OTHER, "that link opens no board (%d)",
		    e != NULL ? e->status : 0);
	json_free(j);
	exchange_drop(e);
	return d->board[0] != '\0';
}

void
check_board(struct doctor *d)
{
	if (d->token[0] != '\0' ? !find_board(d) : !create(d))
		return;
	if (!can_read(d)) {
		doctor_fail(d, TROUBLE_AUTHORIZATION,
		    "the board cannot be read by its link");
		d->board[0] = '\0';
		return;
	}
	read_offer(d);
	doctor_note(d, "%s%s", d->own ? "made one, to be deleted" : "the link "
	    "opens one", d->daemon ? "; a daemon is there" :
	    "; no daemon is there");
	if (!d->writes)
		doctor_fail(d, TROUBLE_OTHER, "the link must be to write");
}

void
check_links(struct doctor *d)
{
	char want[640];

	if (!d->own) {
		doctor_skip(d, "the board is not ours");
		return;
	}
	(void)snprintf(want, sizeof(want), "%s%s/", d->origin, d->mount);
	if (strcmp(d->link, want) == 0)
		return;
	/* One that is configured (site.url) may be elsewhere, on purpose. */
	doctor_warn(d, d->https && strncmp(d->link, "http:", 5) == 0 ?
	    TROUBLE_SCHEME : TROUBLE_MOUNT,
	    "links are made for %s, not for %s", d->link, want);
}

void
check_clock(struct doctor *d)
{
	struct exchange *e = doctor_ask(d,
	    &(struct ask){ .path = "/api/health" });
	char date[64];
	struct tm when;
	long off;

	if (e == NULL)
		return;
	exchange_field(e, "Date", date, sizeof(date));
	memset(&when, 0, sizeof(when));
	if (strptime(date, "%a, %d %b %Y %H:%M:%S", &when) == NULL)
		doctor_warn(d, TROUBLE_OTHER, "the answer says no time");
	else {
		off = (long)(timegm(&when) - clock_wall_ms() / 1000);
		if (labs(off) > CLOCK_MAX_S)
			doctor_warn(d, TROUBLE_OTHER,
			    "it is %ld s off this machine's", off);
		else
			doctor_note(d, "within %d s of this machine's",
			    CLOCK_MAX_S);
	}
	exchange_drop(e);
}

static int
patch(struct doctor *d, const char *path, const char *match)
{
	char line[80];
	struct ask a = { .method = "PATCH", .path = path,
	    .type = "application/json", .body = "{\"title\":\"seen\"}",
	    .line = { line } };

	(void)snprintf(line, sizeof(line), "If-Match: %s", match);
	return doctor_status(d, &a);
}

void
check_conditions(struct doctor *d)
{
	char id[ID_SIZE], path[PATH_MAX_BYTES], tag[64], line[80];
	struct exchange *e;
	int wrong, right, same;

	if (!doctor_write(d, "a note to change", id))
		return;
	(void)snprintf(path, sizeof(path), "/api/boards/%s/notes/%s", d->board,
	    id);
	e = doctor_ask(d, &(struct ask){ .path = path });
	if (e == NULL)
		return;
	exchange_field(e, "ETag", tag, sizeof(tag));
	exchange_drop(e);
	(void)snprintf(line, sizeof(line), "If-None-Match: %s", tag);
	same = doctor_status(d, &(struct ask){ .path = path,
	    .line = { line } });
	wrong = patch(d, path, "\"999999\"");
	right = patch(d, path, tag);
	if (tag[0] != '"')
		doctor_fail(d, TROUBLE_OTHER, "the ETag is changed on the way, "
		    "as by compression: %s", tag);
	if (same != 304 || wrong != 412 || right != 200)
		doctor_fail(d, TROUBLE_OTHER, "If-None-Match: %d, not 304; "
		    "If-Match: %d, not 412, and %d, not 200", same, wrong,
		    right);
}

void
check_query(struct doctor *d)
{
	char id[ID_SIZE], path[PATH_MAX_BYTES];
	struct exchange *e;

	if (!doctor_write(d, "a note to pass over", id))
		return;
	(void)snprintf(path, sizeof(path), "/api/boards/%s/changes?since=now",
	    d->board);
	e = doctor_ask(d, &(struct ask){ .path = path });
	if (e != NULL && strstr(e->body.data, "\"results\":[]") == NULL)
		doctor_fail(d, TROUBLE_QUERY,
		    "what is behind the ? does not reach the responder");
	exchange_drop(e);
}

void
check_resume_header(struct doctor *d)
{
	char id[ID_SIZE], path[PATH_MAX_BYTES], at[CURSOR_TEXT], line[80];
	struct exchange *e;

	if (!doctor_head(d, at))
		return;
	(void)snprintf(line, sizeof(line), "Last-Event-ID: %s", at);
	(void)snprintf(path, sizeof(path), "/api/boards/%s/changes?since=0",
	    d->board);
	if (!doctor_write(d, "a note behind", id))
		return;
	e = doctor_ask(d, &(struct ask){ .path = path, .line = { line } });
	if (e != NULL && (strstr(e->body.data, id) == NULL ||
	    strstr(e->body.data, "\"results\":[{") == NULL ||
	    strstr(strstr(e->body.data, "\"results\":[{") + 12,
	    "{\"seq\"") != NULL))
		doctor_fail(d, TROUBLE_OTHER,
		    "Last-Event-ID does not reach the responder");
	exchange_drop(e);
}

/* Paths that must not come to what another path stands for. */
static void
try_path(struct doctor *d, const char *path, const char *like,
    enum trouble t)
{
	struct exchange *e = doctor_ask(d, &(struct ask){ .path = path });

	if (e != NULL && e->status == 200)
		doctor_fail(d, t, "%s is answered as %s", path, like);
	exchange_drop(e);
}

void
check_paths(struct doctor *d)
{
	char path[PATH_MAX_BYTES];
	struct exchange *e;

	(void)snprintf(path, sizeof(path), "/api/boards/%s/", d->board);
	try_path(d, path, "a board", TROUBLE_OTHER);
	try_path(d, "/api/health%0a", "/api/health", TROUBLE_PATH_LINE);
	try_path(d, "/api%2f..%2f..%2f..%2f..%2fetc/passwd", "a file outside",
	    TROUBLE_OTHER);
	try_path(d, "/api/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
	    "a file outside", TROUBLE_OTHER);
	try_path(d, "/../../../../etc/passwd", "a file outside",
	    TROUBLE_OTHER);
	e = doctor_ask(d, &(struct ask){ .path = "/apix" });
	if (e != NULL && doctor_is_problem(e))
		doctor_fail(d, TROUBLE_PATH_PREFIX,
		    "/apix comes to the responder");
	exchange_drop(e);
}

void
check_address(struct doctor *d)
{
	struct ask a = { .path = "/api/metrics" };
	int plain = doctor_status(d, &a), claimed;

	a.line[0] = "X-Forwarded-For: 127.0.0.1";
	claimed = doctor_status(d, &a);
	if (claimed == 200)
		doctor_fail(d, TROUBLE_OTHER, "who says by X-Forwarded-For "
		    "that it is 127.0.0.1 is believed");
	else if (d->local && plain != 200)
		doctor_fail(d, TROUBLE_ADDRESS, "the client's address does not "
		    "reach the responder (/metrics: %d)", plain);
	else if (!d->local && plain == 200)
		doctor_warn(d, TROUBLE_OTHER, "/metrics is open to you, who are "
		    "elsewhere: something before the web server hides that");
}
