/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSOLE_JSON_OUTPUT_H
#define CONSOLE_JSON_OUTPUT_H

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stdint.h>

/*
 * Members in the order in which they are added. Each takes any parent, NULL included,
 * so that only the end of it has to be looked at: json_output_text() says whether
 * memory sufficed for all of them.
 */
typedef struct json_output {
    cJSON *root;
    bool failed;
} json_output;

json_output json_output_object(void);
json_output json_output_array(void);

/* A new object or array, in an object under a name or at the end of an array. */
cJSON *json_add_object(json_output *json, cJSON *parent, const char *name);
cJSON *json_add_array(json_output *json, cJSON *parent, const char *name);

/* NULL and "" become null. */
void
json_add_text(json_output *json, cJSON *parent, const char *name, const char *text);
void
json_add_number(json_output *json, cJSON *parent, const char *name, int64_t number);
void json_add_bool(json_output *json, cJSON *parent, const char *name, bool value);
void json_add_null(json_output *json, cJSON *parent, const char *name);

/* ISO 8601, or null unless `is_known`. */
void json_add_time(
    json_output *json, cJSON *parent, const char *name, bool is_known, int64_t epoch_s);

/* A text that is JSON already. */
void json_add_raw(json_output *json, cJSON *parent, const char *name, const char *text);

/* The whole text, to be freed by free(); NULL for want of memory. Frees the tree. */
char *json_output_text(json_output *json);

/* Prints it as the result. Returns `exit_status`, or EX_SOFTWARE for want of memory. */
int json_output_print(json_output *json, int exit_status);

#endif
