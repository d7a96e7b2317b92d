/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FUZZ_JSON_EDIT_H
#define TEST_FUZZ_JSON_EDIT_H

#include "draw.h"

#include <stddef.h>

/*
 * Parses the JSON value at the beginning of `text` (as leniently as cJSON does), alters
 * the tree (members go, come twice, change names, values and places, strings change
 * within) and writes it into `out`, which has `room` bytes.
 *
 * `*taken` is how much of `text` the value was. Returns the length of what was written,
 * without a NUL; 0: there is no value, or no room.
 */
size_t json_edit(
    const char *text,
    size_t length,
    fuzz_draw *draw,
    char *out,
    size_t room,
    size_t *taken);

#endif
