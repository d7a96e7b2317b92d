/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/import_member.h"

#include "base/json.h"
#include "console/time_value.h"
#include "usage/usage_tag.h"

#include <stdio.h>
#include <string.h>

static const char *const names[IMPORT_MEMBER_COUNT] = {
    [IMPORT_PRODUCT_CODE] = "product_code",
    [IMPORT_DIMENSION] = "dimension",
    [IMPORT_QUANTITY] = "quantity",
    [IMPORT_TIMESTAMP] = "timestamp",
    [IMPORT_TAGS] = "tags",
    [IMPORT_LICENSE_ARN] = "license_arn",
    [IMPORT_CUSTOMER_ACCOUNT] = "customer_account",
    [IMPORT_CUSTOMER_ID] = "customer_id",
    [IMPORT_ID] = "id",
};

#define LAST_TIME 253402300799.0 /* 9999-12-31T23:59:59Z */

import_member
import_member_find(const char *name)
{
    for (int i = 0; i < IMPORT_MEMBER_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            return (import_member)i;
        }
    }
    return IMPORT_MEMBER_COUNT;
}

const char *
import_member_name(import_member member)
{
    return names[member];
}

void
import_use_init(import_use *use)
{
    use->use = (entitle_use){ .struct_size = sizeof(use->use), .tags = use->tags };
    use->has_quantity = false;
    use->record = use->tag_tree = NULL;
}

void
import_use_clear(import_use *use)
{
    cJSON_Delete(use->record);
    cJSON_Delete(use->tag_tree);
    use->record = use->tag_tree = NULL;
}

static bool
refuse(char reason[IMPORT_REASON_SIZE], import_member member, const char *wanted)
{
    (void)snprintf(reason, IMPORT_REASON_SIZE, "%s must be %s", names[member], wanted);
    return false;
}

static bool
refuse_quantity(char reason[IMPORT_REASON_SIZE])
{
    return refuse(reason, IMPORT_QUANTITY, "a whole number from 0 to 2147483647");
}

static bool
refuse_time(char reason[IMPORT_REASON_SIZE])
{
    return refuse(
        reason,
        IMPORT_TIMESTAMP,
        "a time such as 2026-11-21T20:00:00Z or epoch seconds");
}

/* --- Texts ------------------------------------------------------------------------ */

static bool
read_quantity(import_use *use, const char *text, char reason[IMPORT_REASON_SIZE])
{
    int64_t value = 0;

    for (const char *at = text; *at != '\0'; at++) {
        if (*at < '0' || *at > '9' || value > ENTITLE_USAGE_QUANTITY_LIMIT) {
            return refuse_quantity(reason);
        }
        value = value * 10 + (*at - '0');
    }
    if (value > ENTITLE_USAGE_QUANTITY_LIMIT) {
        return refuse_quantity(reason);
    }
    use->use.quantity = value;
    use->has_quantity = true;
    return true;
}

static bool
add_tag(import_use *use, const entitle_tag *tag, char reason[IMPORT_REASON_SIZE])
{
    if (use->use.tag_count == IMPORT_TAG_LIMIT) {
        return refuse(reason, IMPORT_TAGS, "at most five");
    }
    use->tags[use->use.tag_count++] = *tag;
    return true;
}

static bool
read_tag_object(import_use *use, const cJSON *object, char reason[IMPORT_REASON_SIZE])
{
    const cJSON *member = NULL;

    if (!cJSON_IsObject(object)) {
        return refuse(reason, IMPORT_TAGS, "an object such as {\"team\":\"blue\"}");
    }
    cJSON_ArrayForEach(member, object)
    {
        const entitle_tag tag = { .key = member->string, .value = member->valuestring };
        if (!cJSON_IsString(member)) {
            return refuse(reason, IMPORT_TAGS, "an object of texts only");
        }
        if (!add_tag(use, &tag, reason)) {
            return false;
        }
    }
    return true;
}

/* "K=V|K=V", as no tag may hold a '|'; or an object of JSON. */
static bool
read_tags(import_use *use, char *text, char reason[IMPORT_REASON_SIZE])
{
    if (text[0] == '{') {
        use->tag_tree = ent_json_parse_object(text, strlen(text), NULL);
        return read_tag_object(use, use->tag_tree, reason);
    }
    while (text != NULL) {
        char *next = strchr(text, '|');
        entitle_tag tag;
        if (next != NULL) {
            *next++ = '\0';
        }
        if (!usage_tag_split(text, &tag)) {
            return refuse(reason, IMPORT_TAGS, "K=V, or several with | between them");
        }
        if (!add_tag(use, &tag, reason)) {
            return false;
        }
        text = next;
    }
    return true;
}

static void
set_name(import_use *use, import_member member, const char *text)
{
    const char **const places[IMPORT_MEMBER_COUNT] = {
        [IMPORT_PRODUCT_CODE] = &use->use.product_code,
        [IMPORT_DIMENSION] = &use->use.dimension,
        [IMPORT_LICENSE_ARN] = &use->use.license_arn,
        [IMPORT_CUSTOMER_ACCOUNT] = &use->use.customer_account,
        [IMPORT_CUSTOMER_ID] = &use->use.customer_identifier,
        [IMPORT_ID] = &use->use.id,
    };
    *places[member] = text;
}

bool
import_member_set_text(
    import_use *use, import_member member, char *text, char reason[IMPORT_REASON_SIZE])
{
    if (text[0] == '\0') {
        return true;
    }
    switch (member) {
    case IMPORT_QUANTITY:
        return read_quantity(use, text, reason);
    case IMPORT_TIMESTAMP:
        return time_value_parse(text, &use->use.at_s) || refuse_time(reason);
    case IMPORT_TAGS:
        return read_tags(use, text, reason);
    case IMPORT_PRODUCT_CODE:
    case IMPORT_DIMENSION:
    case IMPORT_LICENSE_ARN:
    case IMPORT_CUSTOMER_ACCOUNT:
    case IMPORT_CUSTOMER_ID:
    case IMPORT_ID:
        set_name(use, member, text);
        return true;
    case IMPORT_MEMBER_COUNT:
        break;
    }
    return false;
}

/* --- JSON ------------------------------------------------------------------------- */

static bool
read_json_quantity(import_use *use, const cJSON *json, char reason[IMPORT_REASON_SIZE])
{
    double value = cJSON_GetNumberValue(json);

    if (!cJSON_IsNumber(json) || !(value >= 0) ||
        !(value <= ENTITLE_USAGE_QUANTITY_LIMIT) || value != (double)(int64_t)value) {
        return refuse_quantity(reason);
    }
    use->use.quantity = (int64_t)value;
    use->has_quantity = true;
    return true;
}

static bool
read_json_time(import_use *use, const cJSON *json, char reason[IMPORT_REASON_SIZE])
{
    double value = cJSON_GetNumberValue(json);

    if (cJSON_IsString(json)) {
        return time_value_parse(json->valuestring, &use->use.at_s) ||
               refuse_time(reason);
    }
    if (!cJSON_IsNumber(json) || !(value >= 1) || !(value <= LAST_TIME)) {
        return refuse_time(reason);
    }
    use->use.at_s = (int64_t)value;
    return true;
}

bool
import_member_set_json(
    import_use *use,
    import_member member,
    const cJSON *json,
    char reason[IMPORT_REASON_SIZE])
{
    if (cJSON_IsNull(json)) {
        return true;
    }
    switch (member) {
    case IMPORT_QUANTITY:
        return read_json_quantity(use, json, reason);
    case IMPORT_TIMESTAMP:
        return read_json_time(use, json, reason);
    case IMPORT_TAGS:
        return read_tag_object(use, json, reason);
    default:
        if (!cJSON_IsString(json)) {
            return refuse(reason, member, "a text");
        }
        set_name(use, member, json->valuestring);
        return true;
    }
}

bool
import_use_check(const import_use *use, char reason[IMPORT_REASON_SIZE])
{
    if (use->use.dimension == NULL || use->use.dimension[0] == '\0') {
        (void)snprintf(reason, IMPORT_REASON_SIZE, "it has no dimension");
        return false;
    }
    if (!use->has_quantity) {
        (void)snprintf(reason, IMPORT_REASON_SIZE, "it has no quantity");
        return false;
    }
    return true;
}
