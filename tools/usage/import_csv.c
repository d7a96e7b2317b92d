/* SPDX-License-Identifier: Apache-2.0 */
#include "usage/import_csv.h"

#include "console/printable.h"

#include <stdio.h>
#include <string.h>

static bool
refuse(char reason[IMPORT_REASON_SIZE], const char *text)
{
    (void)snprintf(reason, IMPORT_REASON_SIZE, "%s", text);
    return false;
}

/* Unquotes the field at `*at` in its place; leaves `*at` on what follows it. */
static bool
take_quoted(char **at, char **out, char reason[IMPORT_REASON_SIZE])
{
    char *from = *at + 1;
    char *to = from;

    *out = to;
    for (;; from++) {
        if (*from == '\0') {
            return refuse(reason, "a quote is not closed");
        }
        if (from[0] == '"' && from[1] != '"') {
            break;
        }
        if (from[0] == '"') {
            from++;
        }
        *to++ = *from;
    }
    from++;
    if (*from != ',' && *from != '\0') {
        return refuse(reason, "something follows a closing quote");
    }
    *at = from; /* not overwritten: a quote lies between */
    *to = '\0';
    return true;
}

static bool
take_plain(char **at, char **out, char reason[IMPORT_REASON_SIZE])
{
    *out = *at;
    *at += strcspn(*at, ",\"");
    return **at != '"' || refuse(reason, "a quote stands inside a field");
}

/* The next field, NUL-terminated; `*at` becomes NULL after the last one. */
static bool
take_field(char **at, char **out, char reason[IMPORT_REASON_SIZE])
{
    bool is_taken =
        **at == '"' ? take_quoted(at, out, reason) : take_plain(at, out, reason);

    if (!is_taken) {
        return false;
    }
    if (**at == '\0') {
        *at = NULL;
        return true;
    }
    **at = '\0';
    (*at)++;
    return true;
}

static bool
has_column(const import_csv *csv, import_member member)
{
    for (size_t i = 0; i < csv->column_count; i++) {
        if (csv->columns[i] == member) {
            return true;
        }
    }
    return false;
}

bool
import_csv_read_header(import_csv *csv, char *record, char reason[IMPORT_REASON_SIZE])
{
    char *name = NULL;

    csv->column_count = 0;
    while (record != NULL) {
        if (!take_field(&record, &name, reason)) {
            return false;
        }
        import_member member = import_member_find(name);
        if (member == IMPORT_MEMBER_COUNT || has_column(csv, member)) {
            char shown[IMPORT_NAME_SIZE];
            printable_copy(shown, sizeof(shown), name);
            (void)snprintf(
                reason,
                IMPORT_REASON_SIZE,
                "the heading '%s' %s",
                shown,
                member == IMPORT_MEMBER_COUNT ? "is not a member of a use"
                                              : "stands there twice");
            return false;
        }
        csv->columns[csv->column_count++] = member;
    }
    if (!has_column(csv, IMPORT_DIMENSION) || !has_column(csv, IMPORT_QUANTITY)) {
        return refuse(reason, "the headings dimension and quantity are needed");
    }
    return true;
}

bool
import_csv_read(
    const import_csv *csv,
    char *record,
    import_use *out,
    char reason[IMPORT_REASON_SIZE])
{
    size_t count = 0;

    for (; record != NULL; count++) {
        char *text = NULL;
        if (!take_field(&record, &text, reason)) {
            return false;
        }
        if (count == csv->column_count) {
            return refuse(reason, "it has more fields than the heading");
        }
        if (!import_member_set_text(out, csv->columns[count], text, reason)) {
            return false;
        }
    }
    if (count < csv->column_count) {
        return refuse(reason, "it has fewer fields than the heading");
    }
    return import_use_check(out, reason);
}
