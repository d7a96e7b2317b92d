/* SPDX-License-Identifier: Apache-2.0 */
#include "control/control.h"

void
control_calls(sandbox_core *sandbox, sandbox_fields *fields, sandbox_answer *answer)
{
    static const char *const known[] = { "after", NULL };
    int64_t after = 0;
    fields_refuse_others(fields, known);
    fields_read_integer(fields, "after", 0, INT64_C(1) << 53, &after);
    if (fields->fault[0] != '\0') {
        return;
    }
    pthread_mutex_lock(&sandbox->lock);
    journal_write(&sandbox->journal, (uint64_t)after, &answer->body);
    pthread_mutex_unlock(&sandbox->lock);
}
