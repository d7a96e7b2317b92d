/* SPDX-License-Identifier: Apache-2.0 */
#include "flush_fixture.h"

#include "support/cmocka.h"

#include <stdio.h>

entitle_flush_report flush_report;

static const fake_variable one_attempt[] = {
    { "AWS_REGION", "us-east-1" },
    { "AWS_ACCESS_KEY_ID", METERING_KEY_ID },
    { "AWS_SECRET_ACCESS_KEY", METERING_SECRET },
    { "AWS_MAX_ATTEMPTS", "1" },
    { NULL, NULL },
};

int
flush_set_up(void **state)
{
    (void)meter_set_up(state);
    fixture.fake.variables = one_attempt;
    meter_open(0, false);
    return 0;
}

entitle_status
flush_with(const entitle_flush_options *options)
{
    return entitle_meter_flush(
        meter, fixture.metering, options, &flush_report, &fixture.error);
}

const char *
flush_body(size_t index)
{
    assert_in_range(index, 0, fixture.script.request_count - 1);
    return fixture.script.requests[index].body;
}

void
flush_add_dimensions(int64_t hour, int count)
{
    for (int i = 0; i < count; i++) {
        char name[16];
        entitle_use use = meter_use(hour, 1);
        (void)snprintf(name, sizeof(name), "d%d", i);
        use.dimension = name;
        assert_int_equal(entitle_meter_add(meter, &use, NULL, NULL), ENTITLE_OK);
    }
}
