/* SPDX-License-Identifier: Apache-2.0 */
#include "support/meter_account.h"

#include "support/cmocka.h"

#include <inttypes.h>
#include <stdio.h>

static bool
add_sums(void *context, const entitle_usage_sums *sums)
{
    entitle_usage_sums *total = context;
    int64_t all = 0;

    for (size_t i = 0; i < ENTITLE_USAGE_STATES; i++) {
        total->by_state[i] += sums->by_state[i];
        all += sums->by_state[i];
    }
    total->added += sums->added;
    assert_int_equal(all, sums->added);
    return true;
}

entitle_usage_sums
meter_account_total(entitle_meter *meter)
{
    entitle_usage_sums total = { .added = 0 };
    entitle_error error;

    if (entitle_meter_sums(meter, add_sums, &total, &error) != ENTITLE_OK) {
        fail_msg("%s", error.message);
    }
    return total;
}

const char *
meter_account_text(entitle_meter *meter)
{
    static char text[256];
    const entitle_usage_sums total = meter_account_total(meter);
    size_t length = 0;

    text[0] = '\0';
    for (int i = 0; i < ENTITLE_USAGE_STATES; i++) {
        if (total.by_state[i] != 0) {
            length += (size_t)snprintf(
                text + length,
                sizeof(text) - length,
                "%s%s=%" PRId64,
                length > 0 ? " " : "",
                entitle_usage_state_name((entitle_usage_state)i),
                total.by_state[i]);
        }
    }
    return text;
}
