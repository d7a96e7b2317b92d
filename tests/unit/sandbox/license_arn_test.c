/* SPDX-License-Identifier: Apache-2.0 */
#include "service/license_arn.h"
#include "support/cmocka.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

typedef struct arn_case {
    const char *text;
    bool want;
} arn_case;

static const arn_case cases[] = {
    { "arn:aws:license-manager::294406891311:license:l-0123", true },
    { "aws:license-manager::294406891311:license:l-0123", true },
    { "arn:aws-cn:license-manager:cn-north-1:1:license/l-0123", true },
    { "arn:aws-us-gov:s:::r", true },
    { "arn:awsX:s:::r", true },
    { "arn:aws:license-manager::1:l+=,@._/-", true },

    { "", false },
    { "arn:", false },
    { "l-0123", false },
    { "arn:arn:aws:s:::r", false },
    { "ARN:aws:s:::r", false },
    { "arn:azure:s:::r", false },
    { "arn:aws1:s:::r", false },
    { "arn:aws", false },
    { "arn:aws:", false },
    { "arn:aws::::r", false },
    { "arn:aws:-s:::r", false },
    { "arn:aws:s::r", false },
    { "arn:aws:s:::", false },
    { "arn:aws:s:::-r", false },
    { "arn:aws:s:::r ", false },
    { "arn:aws:s:::r\n", false },
    { "arn:aws:s:::r\xc3\xa9", false },
    { "arn:aws:s p:::r", false },
};

static void
arn_has_partition_service_region_account_and_resource(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        print_message("'%s'\n", cases[i].text);
        assert_int_equal(license_arn_is_valid(cases[i].text), cases[i].want);
    }
}

/* arn:aws:SERVICE::ACCOUNT:RESOURCE, of that many characters each */
static bool
is_valid(size_t service, size_t account, size_t resource)
{
    static char filler[2048];
    char text[4096];
    memset(filler, '1', sizeof(filler) - 1);
    (void)snprintf(
        text,
        sizeof(text),
        "arn:aws:%.*s::%.*s:%.*s",
        (int)service,
        filler,
        (int)account,
        filler,
        (int)resource,
        filler);
    return license_arn_is_valid(text);
}

static void
parts_end_at_their_lengths(void **state)
{
    (void)state;
    assert_true(is_valid(63, 63, 1024));
    assert_false(is_valid(64, 63, 1024));
    assert_false(is_valid(63, 64, 1024));
    assert_false(is_valid(63, 63, 1025));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arn_has_partition_service_region_account_and_resource),
        cmocka_unit_test(parts_end_at_their_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
