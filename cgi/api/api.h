#ifndef CGI_API_API_H
#define CGI_API_API_H

#include "call/access.h"
#include "call/call.h"

/*
 * The handlers, one file for each resource.  Each is called with its path
 * checked, and with c->access filled where the route names a role.
 */
enum status api_board_create(struct call *c, const struct claim *claim);
enum status api_board_get(struct call *c, const struct claim *claim);
enum status api_board_patch(struct call *c, const struct claim *claim);
enum status api_board_delete(struct call *c, const struct claim *claim);

enum status api_note_create(struct call *c, const struct claim *claim);
enum status api_note_get(struct call *c, const struct claim *claim);
enum status api_note_put(struct call *c, const struct claim *claim);
enum status api_note_patch(struct call *c, const struct claim *claim);
enum status api_note_delete(struct call *c, const struct claim *claim);
enum status api_note_restore(struct call *c, const struct claim *claim);
enum status api_item_put(struct call *c, const struct claim *claim);
enum status api_item_delete(struct call *c, const struct claim *claim);
enum status api_history_get(struct call *c, const struct claim *claim);
enum status api_trash_get(struct call *c, const struct claim *claim);
enum status api_search(struct call *c, const struct claim *claim);
enum status api_ops(struct call *c, const struct claim *claim);

enum status api_file_get(struct call *c, const struct claim *claim);
enum status api_file_put(struct call *c, const struct claim *claim);
enum status api_file_delete(struct call *c, const struct claim *claim);
enum status api_export(struct call *c, const struct claim *claim);
enum status api_import(struct call *c, const struct claim *claim);

enum status api_changes(struct call *c, const struct claim *claim);
enum status api_signal(struct call *c, const struct claim *claim);

enum status api_links_get(struct call *c, const struct claim *claim);
enum status api_link_create(struct call *c, const struct claim *claim);
enum status api_link_delete(struct call *c, const struct claim *claim);

enum status api_session_get(struct call *c, const struct claim *claim);
enum status api_session_create(struct call *c, const struct claim *claim);
enum status api_session_delete(struct call *c, const struct claim *claim);

enum status api_ticket_create(struct call *c, const struct claim *claim);

enum status api_health(struct call *c, const struct claim *claim);
enum status api_ready(struct call *c, const struct claim *claim);
enum status api_metrics(struct call *c, const struct claim *claim);

#endif
