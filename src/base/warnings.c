/* SPDX-License-Identifier: Apache-2.0 */
#include "base/warnings.h"

#include "base/line.h"

#include <stdarg.h>

void
ent_warn(ent_warnings *warnings, const char *format, ...)
{
    va_list arguments;

    if (warnings->count == ENT_WARNING_COUNT) {
        return;
    }
    va_start(arguments, format);
    ent_line_format_v(
        warnings->text[warnings->count], ENT_WARNING_SIZE, format, arguments);
    va_end(arguments);
    warnings->count++;
}
