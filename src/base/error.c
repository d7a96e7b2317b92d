/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include "base/line.h"

#include <string.h>

const char *
entitle_status_name(entitle_status status)
{
    switch (status) {
#define ENT_NAME(identifier, number, name, text)                                       \
    case ENTITLE_##identifier:                                                         \
        return name;
        ENTITLE_STATUS_MAP(ENT_NAME)
#undef ENT_NAME
    }
    return "internal_error";
}

const char *
entitle_status_text(entitle_status status)
{
    switch (status) {
#define ENT_TEXT(identifier, number, name, text)                                       \
    case ENTITLE_##identifier:                                                         \
        return text;
        ENTITLE_STATUS_MAP(ENT_TEXT)
#undef ENT_TEXT
    }
    return "internal error";
}

entitle_category
entitle_status_category(entitle_status status)
{
    unsigned category = (unsigned)status >> 8;

    return category <= ENTITLE_CATEGORY_INPUT ? (entitle_category)category
                                              : ENTITLE_CATEGORY_INTERNAL;
}

entitle_status
ent_fail(entitle_error *error, entitle_status status, const char *format, ...)
{
    va_list arguments;

    if (error == NULL) {
        return status;
    }
    memset(error, 0, sizeof(*error));
    error->status = status;
    va_start(arguments, format);
    ent_line_format_v(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return status;
}

void
ent_hint(entitle_error *error, const char *format, ...)
{
    va_list arguments;

    if (error == NULL) {
        return;
    }
    va_start(arguments, format);
    ent_line_format_v(error->hint, sizeof(error->hint), format, arguments);
    va_end(arguments);
}

entitle_status
ent_fail_memory(entitle_error *error)
{
    return ent_fail(error, ENTITLE_OUT_OF_MEMORY, "out of memory");
}
