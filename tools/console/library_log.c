/* SPDX-License-Identifier: Apache-2.0 */
#include "console/library_log.h"

#include "console/output.h"

void
library_log_debug(void *context, entitle_log_level level, const char *message)
{
    (void)context;
    (void)level;
    output_debug(message);
}

void
library_log_warnings(void *context, entitle_log_level level, const char *message)
{
    if (level == ENTITLE_LOG_WARNING) {
        output_warning("%s", message);
        return;
    }
    library_log_debug(context, level, message);
}
