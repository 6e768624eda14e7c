#ifndef SIM_FOLDER_H
#define SIM_FOLDER_H

/* Folders and files for a while.  What returns int: 0, or -1 with errno. */

/* Where one is quickest: in memory, if there is such a place. */
const char *folder_fast(void);
/* Makes it, or takes out all that is in it. */
int folder_empty(const char *path);
/* With all that is in it; none there is fine. */
void folder_remove(const char *path);
int folder_copy(const char *from, const char *to);	/* one file */

#endif
