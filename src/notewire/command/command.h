#ifndef NOTEWIRE_COMMAND_COMMAND_H
#define NOTEWIRE_COMMAND_COMMAND_H

struct cli;

/* The commands, a file a family; each returns what the program ends with. */
int command_backup(struct cli *c);
int command_board_create(struct cli *c);
int command_board_list(struct cli *c);
int command_board_rm(struct cli *c);
int command_board_show(struct cli *c);
int command_check(struct cli *c);
int command_config_get(struct cli *c);
int command_config_list(struct cli *c);
int command_config_manual(struct cli *c);
int command_config_sample(struct cli *c);
int command_export(struct cli *c);
int command_import(struct cli *c);
int command_link_create(struct cli *c);
int command_link_list(struct cli *c);
int command_link_revoke(struct cli *c);
int command_note_add(struct cli *c);
int command_qr(struct cli *c);
int command_restore(struct cli *c);
int command_sql(struct cli *c);
int command_stats(struct cli *c);
int command_tail(struct cli *c);

#endif
