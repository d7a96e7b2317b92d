/* SPDX-License-Identifier: Apache-2.0 */
#ifndef USAGE_IMPORT_MEMBER_H
#define USAGE_IMPORT_MEMBER_H

#include <entitle/meter.h>

#include <cjson/cJSON.h>

#include <stdbool.h>
#include <stddef.h>

/* The members of a use in a file, each at most once. */
typedef enum import_member {
    IMPORT_PRODUCT_CODE,
    IMPORT_DIMENSION,
    IMPORT_QUANTITY,
    IMPORT_TIMESTAMP,
    IMPORT_TAGS,
    IMPORT_LICENSE_ARN,
    IMPORT_CUSTOMER_ACCOUNT,
    IMPORT_CUSTOMER_ID,
    IMPORT_ID,
    IMPORT_MEMBER_COUNT /* also: there is no such member */
} import_member;

/* AWS takes five; the library says so. */
enum {
    IMPORT_TAG_LIMIT = 8,
    IMPORT_REASON_SIZE = 160,
    IMPORT_NAME_SIZE = 65 /* of a wrong member, as a reason shows it */
};

/* A use as it was read. Its texts are the record's and those of the trees. */
typedef struct import_use {
    entitle_use use;
    bool has_quantity;
    entitle_tag tags[IMPORT_TAG_LIMIT];
    cJSON *record;   /* the tree of a line of JSON */
    cJSON *tag_tree; /* and that of tags in CSV */
} import_use;

import_member import_member_find(const char *name);
const char *import_member_name(import_member member);

void import_use_init(import_use *use);
void import_use_clear(import_use *use);

/*
 * Takes a member's text ("" is none), or its JSON (null is none). False: `reason` says
 * what it should have been.
 */
bool import_member_set_text(
    import_use *use, import_member member, char *text, char reason[IMPORT_REASON_SIZE]);
bool import_member_set_json(
    import_use *use,
    import_member member,
    const cJSON *json,
    char reason[IMPORT_REASON_SIZE]);

/* Whether what every use needs was there. */
bool import_use_check(const import_use *use, char reason[IMPORT_REASON_SIZE]);

#endif
