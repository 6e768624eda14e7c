#include "page/page.h"

#include <stdio.h>
#include <string.h>

#include "call/reply.h"
#include "call/site.h"
#include "proto/html.h"

enum status
page_init(struct page *p, struct call *c)
{
	enum status st;

	*p = (struct page){ .c = c, .o = &c->out,
	    .mount = exchange_env(c->x, "SCRIPT_NAME"),
	    .writes = c->access.role >= ROLE_WRITE };
	st = form_token(c, p->token);
	return st ? st : form_new_key(p->key);
}

void
page_begin(struct page *p, const char *title)
{
	char site[SITE_PATH_SIZE];
	struct buf *o = p->o;

	site_path(p->c, site);
	buf_adds(o, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, "
	    "initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n");
	html_element(o, "title", title);
	buf_adds(o, "\n<link rel=\"stylesheet\" href=\"");
	html_text(o, site, strlen(site));
	buf_adds(o, "plain.css\">\n</head>\n<body>\n<header><a href=\"");
	html_text(o, p->mount, strlen(p->mount));
	buf_adds(o, "/\">Notewire</a></header>\n<main>\n");
	html_element(o, "h1", title);
	buf_addc(o, '\n');
}

void
page_headers(struct call *c, const char *styles)
{
	reply_header(c, "Content-Security-Policy", "default-src 'none'; "
	    "style-src %s; form-action 'self'; frame-ancestors 'none'; "
	    "base-uri 'none'", styles);
	reply_header(c, "Referrer-Policy", "same-origin");
	reply_header(c, "Vary", "Accept");
}

void
page_end(struct page *p)
{
	buf_adds(p->o, "</main>\n</body>\n</html>\n");
}

enum status
page_send(struct page *p, int http)
{
	page_end(p);
	page_headers(p->c, "'self'");
	return reply_body(p->c, http, "text/html; charset=utf-8");
}

enum status
page_see(struct call *c, const char *fmt, ...)
{
	char to[512];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(to, sizeof(to), fmt, ap);
	va_end(ap);
	reply_header(c, "Location", "%s%s",
	    exchange_env(c->x, "SCRIPT_NAME"), to);
	return reply_empty(c, 303);
}

void
page_form(struct page *p, const char *board, const char *verb)
{
	struct buf *o = p->o;

	buf_adds(o, "<form method=\"post\" action=\"");
	html_text(o, p->mount, strlen(p->mount));
	if (board != NULL)
		buf_addf(o, "/boards/%s/form", board);
	else
		buf_addc(o, '/');
	buf_adds(o, "\">");
	html_hidden(o, form_field(FORM_TOKEN), p->token);
	html_hidden(o, form_field(FORM_KEY), p->key);
	html_hidden(o, form_field(FORM_DO), verb);
}

/* Text browsers show the value of an input, but not the words in a button. */
void
page_form_end(struct page *p, const char *button)
{
	buf_adds(p->o, "<input type=\"submit\"");
	html_attr(p->o, "value", button);
	buf_adds(p->o, "></form>\n");
}

void
page_input(struct page *p, const char *label, enum form_name name,
    const char *value)
{
	buf_addf(p->o, "<label>%s <input name=\"%s\" autocomplete=\"off\"",
	    label, form_field(name));
	if (value != NULL)
		html_attr(p->o, "value", value);
	buf_adds(p->o, "></label>\n");
}

void
page_textarea(struct page *p, const char *label, enum form_name name,
    const char *value)
{
	buf_addf(p->o, "<label>%s <textarea name=\"%s\" rows=\"6\" "
	    "cols=\"60\">", label, form_field(name));
	html_lines(p->o, value != NULL ? value : "");
	buf_adds(p->o, "</textarea></label>\n");
}

void
page_say(struct page *p, const char *class, const char *words)
{
	buf_addf(p->o, "<p class=\"%s\">", class);
	html_text(p->o, words, strlen(words));
	buf_adds(p->o, "</p>\n");
}

void
page_paste(struct page *p, const char *link)
{
	buf_adds(p->o, "<section>\n<h2>Open a link</h2>\n");
	page_form(p, NULL, "open");
	page_input(p, "The link you were sent", FORM_LINK, link);
	page_form_end(p, "Open the board");
	buf_adds(p->o, "</section>\n");
}
