/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_PROGRAM_SEARCH_H
#define CLI_PROGRAM_SEARCH_H

#include <stddef.h>

/*
 * Looks where execvp() looks: a name with a slash is a path, any other is looked for in
 * PATH. Returns 0, or errno: EACCES when all that was found may not be executed, ENOENT
 * when nothing was.
 */
int program_search(const char *name, char *out, size_t size);

/* Whether this very file may be executed: 0 or errno. */
int program_access(const char *path);

#endif
