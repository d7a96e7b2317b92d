/* SPDX-License-Identifier: Apache-2.0 */
#include "console/json_output.h"

#include "console/output.h"
#include "console/time_value.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

static json_output
output_of(cJSON *root)
{
    return (json_output){ .root = root, .failed = root == NULL };
}

json_output
json_output_object(void)
{
    return output_of(cJSON_CreateObject());
}

json_output
json_output_array(void)
{
    return output_of(cJSON_CreateArray());
}

/* Takes over `item`; names are literals of ours, so cJSON need not copy them. */
static cJSON *
add(json_output *json, cJSON *parent, const char *name, cJSON *item)
{
    bool is_added = false;

    if (name != NULL) {
        is_added = cJSON_AddItemToObjectCS(parent, name, item);
    } else {
        is_added = cJSON_AddItemToArray(parent, item);
    }
    if (is_added) {
        return item;
    }
    cJSON_Delete(item);
    json->failed = true;
    return NULL;
}

cJSON *
json_add_object(json_output *json, cJSON *parent, const char *name)
{
    return add(json, parent, name, cJSON_CreateObject());
}

cJSON *
json_add_array(json_output *json, cJSON *parent, const char *name)
{
    return add(json, parent, name, cJSON_CreateArray());
}

void
json_add_text(json_output *json, cJSON *parent, const char *name, const char *text)
{
    bool is_null = text == NULL || text[0] == '\0';

    (void)add(
        json, parent, name, is_null ? cJSON_CreateNull() : cJSON_CreateString(text));
}

void
json_add_number(json_output *json, cJSON *parent, const char *name, int64_t number)
{
    char text[24];

    /* Not as a double, which has no room for all of them. */
    (void)snprintf(text, sizeof(text), "%" PRId64, number);
    json_add_raw(json, parent, name, text);
}

void
json_add_bool(json_output *json, cJSON *parent, const char *name, bool value)
{
    (void)add(json, parent, name, cJSON_CreateBool(value));
}

void
json_add_null(json_output *json, cJSON *parent, const char *name)
{
    (void)add(json, parent, name, cJSON_CreateNull());
}

void
json_add_time(
    json_output *json, cJSON *parent, const char *name, bool is_known, int64_t epoch_s)
{
    char text[TIME_TEXT_SIZE] = "";

    if (is_known) {
        time_value_format(epoch_s, text);
    }
    json_add_text(json, parent, name, text);
}

void
json_add_raw(json_output *json, cJSON *parent, const char *name, const char *text)
{
    (void)add(
        json, parent, name, text != NULL ? cJSON_CreateRaw(text) : cJSON_CreateNull());
}

char *
json_output_text(json_output *json)
{
    char *text = json->failed ? NULL : cJSON_PrintUnformatted(json->root);

    cJSON_Delete(json->root);
    json->root = NULL;
    return text;
}

int
json_output_print(json_output *json, int exit_status)
{
    char *text = json_output_text(json);

    if (text == NULL) {
        output_error("out of memory");
        return EX_SOFTWARE;
    }
    output_json(text);
    free(text);
    return exit_status;
}
