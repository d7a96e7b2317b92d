/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_IMPORT_JSON_H
#define USAGE_IMPORT_JSON_H

#include "usage/import_member.h"

/*
 * Reads a line of JSON Lines: one object. False: `reason` says what is wrong with it.
 */
bool import_json_read(
    const char *line, size_t length, import_use *out, char reason[IMPORT_REASON_SIZE]);

/* The same for an object that has been parsed, and has to outlive the use. */
bool
import_json_take(const cJSON *object, import_use *out, char reason[IMPORT_REASON_SIZE]);

#endif
