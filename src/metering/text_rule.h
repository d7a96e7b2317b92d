/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_METERING_TEXT_RULE_H
#define ENT_METERING_TEXT_RULE_H

#include <entitle/error.h>

#include <stdbool.h>
#include <stddef.h>

/* What a text of a request must be like. */
typedef struct ent_text_rule {
    const char *name;          /* "the dimension" */
    size_t limit;              /* at least 1 character, and at most so many */
    bool (*allows)(char byte); /* NULL: every character, in UTF-8 */
    const char *hint;          /* what would be allowed */
} ent_text_rule;

/*
 * ENTITLE_INVALID_INPUT for NULL and for a text against the rule; `where` begins the
 * message.
 */
ENTITLE_CHECKED entitle_status ent_text_rule_check(
    const ent_text_rule *rule,
    const char *where,
    const char *text,
    entitle_error *error);

#endif
