/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_PAGE_H
#define SANDBOX_PAGE_H

#include "wire/answer.h"
#include "wire/request.h"

#include <stdbool.h>

/*
 * The page to look at, and what it consists of: static files that are built into the
 * program. It talks to the control interface like every other client of it.
 */

/* `path` stands for the request's, without what all control requests begin with. */
bool page_is_at(const char *path);

/* False when it has been refused. */
bool
page_answer(const sandbox_request *request, const char *path, sandbox_answer *answer);

#endif
