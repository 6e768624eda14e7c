#ifndef NOTEWIRE_SETUP_SETUP_H
#define NOTEWIRE_SETUP_SETUP_H

struct cli;

/*
 * notewire setup apache|lighttpd|nginx: prints the web server's configuration,
 * or installs and enables it as Debian does, or takes that back.
 */
int command_setup(struct cli *c);

#endif
