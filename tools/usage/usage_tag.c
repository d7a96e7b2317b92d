/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/usage_tag.h"

#include <string.h>

bool
usage_tag_split(char *text, entitle_tag *out)
{
    char *equals = strchr(text, '=');

    if (equals == NULL || equals == text) {
        return false;
    }
    *equals = '\0';
    out->key = text;
    out->value = equals + 1;
    return true;
}
