/* SPDX-License-Identifier: Apache-2.0 */
#include "gate/endpoint_rule.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <string.h>

#define REGIONAL "https://metering.marketplace.us-east-1.amazonaws.com/"

typedef enum bundle { OF_THE_SYSTEM, FROM_A_VARIABLE } bundle;

typedef struct rule_case {
    const char *name;
    const char *url;
    bool is_overridden;
    bundle bundle;
    bool passes;
} rule_case;

static void
assert_rule(const ent_gate_settings *settings, const rule_case *c)
{
    static const fake_variable variables[] = {
        { "AWS_CA_BUNDLE", "/etc/other.pem" },
        { NULL, NULL },
    };
    static entitle_metering metering; /* rather large for a stack */
    fake_runtime fake;
    entitle_error error = { .message = "" };

    fake_runtime_init(&fake);
    fake.variables = c->bundle == FROM_A_VARIABLE ? variables : NULL;
    metering = (entitle_metering){ .runtime = fake.runtime };
    metering.endpoint.is_overridden = c->is_overridden;
    metering.endpoint.origin = "--endpoint";
    assert_int_equal(ent_url_parse(c->url, &metering.endpoint.url, NULL), ENTITLE_OK);

    entitle_status status = ent_gate_check_endpoint(settings, &metering, &error);
    if (status != (c->passes ? ENTITLE_OK : ENTITLE_SEALED)) {
        fail_msg("%s: %s", c->name, entitle_status_name(status));
    }
    assert_int_equal(error.hint[0] == '\0', c->passes);
}

/* That plain http to AWS is refused elsewhere, too, is no reason to call it AWS. */
static void
seal_speaks_to_aws_by_tls_only(void **state)
{
    static const rule_case cases[] = {
        { "by Region", REGIONAL, false, OF_THE_SYSTEM, true },
        { "the same, named", REGIONAL, true, OF_THE_SYSTEM, true },
        { "CAs of a setting: the answer is signed",
          REGIONAL,
          false,
          FROM_A_VARIABLE,
          true },
        { "without TLS",
          "http://metering.marketplace.us-east-1.amazonaws.com/",
          true,
          OF_THE_SYSTEM,
          false },
        { "another host", "https://example.com/", true, OF_THE_SYSTEM, false },
        { "this machine", "http://127.0.0.1:8080/", true, OF_THE_SYSTEM, false },
        { "a host that only begins so",
          "https://metering.marketplace.us-east-1.amazonaws.com.example.com/",
          true,
          OF_THE_SYSTEM,
          false },
    };
    const ent_gate_settings sealed = { .may_ask_any_host = false };
    const ent_gate_settings open = { .may_ask_any_host = true };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        rule_case anywhere = cases[i];

        assert_rule(&sealed, &cases[i]);
        anywhere.passes = true;
        assert_rule(&open, &anywhere);
    }
}

static void
seal_that_rests_on_tls_takes_no_other_host_and_no_other_cas(void **state)
{
    static const rule_case cases[] = {
        { "by Region", REGIONAL, false, OF_THE_SYSTEM, true },
        { "the same, named", REGIONAL, true, OF_THE_SYSTEM, false },
        { "CAs of a setting", REGIONAL, false, FROM_A_VARIABLE, false },
        { "another host", "https://example.com/", true, OF_THE_SYSTEM, false },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        for (int any_host = 0; any_host < 2; any_host++) {
            const ent_gate_settings sealed = {
                .must_be_ordinary_tls = true,
                .may_ask_any_host = any_host != 0,
            };
            assert_rule(&sealed, &cases[i]);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seal_speaks_to_aws_by_tls_only),
        cmocka_unit_test(seal_that_rests_on_tls_takes_no_other_host_and_no_other_cas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
