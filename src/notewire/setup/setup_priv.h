#ifndef NOTEWIRE_SETUP_SETUP_PRIV_H
#define NOTEWIRE_SETUP_SETUP_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What kind of web server it is, and how it writes things down. */
enum kind {
	KIND_APACHE = 0,
	KIND_LIGHTTPD,
	KIND_NGINX,
};

#define WAY_SNIPPETS	2
#define WAY_MODULES	12

/* A way to run the responder behind a web server. */
struct way {
	const char	*server;	/* as people say it */
	const char	*name;		/* the same of --way; its server's first: … */
	enum kind	 kind;		/* … the one that is meant without it */
	const char	*snippet[WAY_SNIPPETS];
	const char	*variables;	/* the names that the snippets use */
	const char	*module[WAY_MODULES];	/* Apache's, to be enabled */
};

extern const struct way setup_ways[];
extern const size_t setup_ways_n;

/* What is asked for, all checked. */
struct setup {
	const struct way	*way;
	const char		*mount;
	const char		*host;		/* NULL: every host */
	const char		*root;		/* before every path; "" */
	const char		*snippets;	/* the folder of the shipped ones */
	const char		*www;
	const char		*socket;
	const char		*http;
	const char		*fcgi;
	const char		*cgi;
	const char		*conf;
};

/*
 * Appends the whole configuration, made of the shipped snippets; an exit code,
 * after a complaint.
 */
int compose_put(const struct setup *s, struct buf *out);
/* The line that a file of ours begins with. */
#define SETUP_MARK	"# Made by notewire setup; --undo removes it.\n"

/*
 * Changes to files that can be taken back while the check may fail.  All
 * functions return an exit code, after a complaint.
 */
#define PLACE_MAX	24
#define PLACE_PATH	512

struct placed {
	char		 path[PLACE_PATH];
	bool		 was_there;
	bool		 was_link;
	struct buf	 old;		/* its content, or the link's target */
};

struct place {
	const char	*root;
	struct placed	 done[PLACE_MAX];
	size_t		 n;
};

/* Writes a file; one that is there and not ours is left, and EX_CANTCREAT. */
int place_file(struct place *p, const char *path, const struct buf *text);
/* Makes a link, unless something is there; `*made` says whether. */
int place_link(struct place *p, const char *path, const char *target,
    bool *made);
/* Removes a file of ours, or a link; what is not there is no fault. */
int place_remove(struct place *p, const char *path);
/* Reads a file of ours; `text` is empty where there is none. */
int place_read(const struct place *p, const char *path, struct buf *text);
/* Whether there is something of that name. */
bool place_has(const struct place *p, const char *path);
/* Puts back what was there before, the last change first. */
void place_undo(struct place *p);
/* Forgets what was there before.  To be called once. */
void place_fini(struct place *p);

/*
 * Has the web server check its configuration; what it says goes to standard
 * error.  EX_UNAVAILABLE: there is no such program; EX_CONFIG: it complains.
 */
int verify(const struct setup *s);

/* Installs and enables it; takes that back. */
int install(const struct setup *s, struct buf *say);
int uninstall(const struct setup *s, struct buf *say);

#endif
