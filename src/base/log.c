/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include "base/line.h"

#include <stdarg.h>

void
ent_log(
    const entitle_runtime *runtime, entitle_log_level level, const char *format, ...)
{
    char line[1024];
    va_list arguments;

    va_start(arguments, format);
    ent_line_format_v(line, sizeof(line), format, arguments);
    va_end(arguments);
    runtime->log(runtime->context, level, line);
}
