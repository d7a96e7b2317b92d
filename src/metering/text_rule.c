/* SPDX-License-Identifier: Apache-2.0 */
#include "metering/text_rule.h"

#include "base/error.h"
#include "base/utf8.h"

static bool
allows_all(const ent_text_rule *rule, const char *text)
{
    if (rule->allows == NULL) {
        return true;
    }
    for (; *text != '\0'; text++) {
        if (!rule->allows(*text)) {
            return false;
        }
    }
    return true;
}

entitle_status
ent_text_rule_check(
    const ent_text_rule *rule,
    const char *where,
    const char *text,
    entitle_error *error)
{
    size_t characters = 0;

    if (text == NULL || text[0] == '\0') {
        ent_fail(error, ENTITLE_INVALID_INPUT, "%s%s is missing", where, rule->name);
    } else if (!ent_utf8_count(text, &characters)) {
        ent_fail(error, ENTITLE_INVALID_INPUT, "%s%s is not UTF-8", where, rule->name);
    } else if (characters > rule->limit) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "%s%s has %zu characters, and may have %zu",
            where,
            rule->name,
            characters,
            rule->limit);
    } else if (!allows_all(rule, text)) {
        ent_fail(
            error,
            ENTITLE_INVALID_INPUT,
            "%s%s has a character that is not allowed: '%.80s'",
            where,
            rule->name,
            text);
    } else {
        return ENTITLE_OK;
    }
    ent_hint(error, "%s", rule->hint);
    return ENTITLE_INVALID_INPUT;
}
