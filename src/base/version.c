/* SPDX-License-Identifier: Apache-2.0 */
#include <entitle/version.h>

#define ENT_TEXT(value)     #value
#define ENT_EXPANDED(value) ENT_TEXT(value)

const char *
entitle_version(void)
{
    return ENT_EXPANDED(ENTITLE_VERSION_MAJOR) "." ENT_EXPANDED(
        ENTITLE_VERSION_MINOR) "." ENT_EXPANDED(ENTITLE_VERSION_PATCH);
}
