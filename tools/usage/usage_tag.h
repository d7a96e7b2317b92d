/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_USAGE_TAG_H
#define USAGE_USAGE_TAG_H

#include <entitle/usage.h>

#include <stdbool.h>

/*
 * Reads "K=V" from `text`, whose '=' becomes a NUL. What a key and a value may be is
 * the library's to say.
 */
bool usage_tag_split(char *text, entitle_tag *out);

#endif
