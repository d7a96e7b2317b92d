/* SPDX-License-Identifier: Apache-2.0 */
#include "support/effort.h"

#include <stdbool.h>
#include <stdlib.h>

static bool
is_set(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0';
}

long
number_by_effort(long brief, long usual, long full)
{
    if (is_set("ENTITLE_TEST_BRIEF")) {
        return brief;
    }
    return is_set("ENTITLE_TEST_FULL") ? full : usual;
}
