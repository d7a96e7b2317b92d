/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_QUERY_H
#define SANDBOX_QUERY_H

#include "base/buffer.h"

#include <stdbool.h>

/*
 * Writes "after=12&customer=cust-0001" as {"after":12,"customer":"cust-0001"}, so that
 * a query is read as strictly as a body. Whole numbers become numbers, everything else
 * a text. False for what is not NAME=VALUE throughout, or is escaped: no value that a
 * query here may hold needs it.
 */
bool query_write_object(const char *query, ent_buffer *out);

#endif
