#ifndef NOTEWIRE_COMMAND_COMMAND_H
#define NOTEWIRE_COMMAND_COMMAND_H

struct cli;

/* The commands, a file a family; each returns what the program ends with. */
int command_board_create(struct cli *c);
int command_board_list(struct cli *c);
int command_board_rm(struct cli *c);
int command_board_show(struct cli *c);

#endif
