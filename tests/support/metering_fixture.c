/* SPDX-License-Identifier: Apache-2.0 */
#include "support/metering_fixture.h"

#include "support/cmocka.h"

#include <string.h>

metering_fixture fixture;

const scripted_answer metering_good_answer = {
    .http_status = 200,
    .body = METERING_ANSWER,
};

static const fake_variable ordinary[] = {
    { "AWS_REGION", "us-east-1" },
    { "AWS_ACCESS_KEY_ID", METERING_KEY_ID },
    { "AWS_SECRET_ACCESS_KEY", METERING_SECRET },
    { "AWS_SESSION_TOKEN", METERING_TOKEN },
    { NULL, NULL },
};

int
metering_set_up(void **state)
{
    (void)state;
    fixture = (metering_fixture){ .metering = NULL };
    fake_runtime_init(&fixture.fake);
    fixture.fake.variables = ordinary;
    return 0;
}

int
metering_tear_down(void **state)
{
    static const char *const secrets[] = {
        METERING_NONCE, METERING_SECRET, METERING_TOKEN, "the.signed.token"
    };

    (void)state;
    entitle_registration_free(fixture.registration);
    entitle_metering_free(fixture.metering);
    scripted_transport_clear(&fixture.script);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        assert_null(strstr(fixture.fake.log, secrets[i]));
        assert_null(strstr(fixture.error.message, secrets[i]));
        assert_null(strstr(fixture.error.hint, secrets[i]));
        assert_null(strstr(fixture.error.service_code, secrets[i]));
    }
    assert_int_equal(fixture.fake.blocks_in_use, 0);
    return 0;
}

entitle_metering_options
metering_options_of(entitle_retry retry)
{
    return (entitle_metering_options){
        .struct_size = sizeof(entitle_metering_options),
        .runtime = &fixture.fake.runtime,
        .transport = &fixture.script.transport,
        .retry = retry,
    };
}

static void
start(entitle_retry retry, const scripted_answer *answers, size_t count)
{
    entitle_metering_options options = metering_options_of(retry);

    scripted_transport_init(&fixture.script, &fixture.fake, answers, count);
    assert_int_equal(
        entitle_metering_new(&options, &fixture.metering, NULL), ENTITLE_OK);
}

void
metering_start(const scripted_answer *answers, size_t count)
{
    start(ENTITLE_RETRY_STANDARD, answers, count);
}

entitle_status
metering_ask(entitle_retry retry, const scripted_answer *answers, size_t count)
{
    start(retry, answers, count);
    return entitle_metering_register_usage(
        fixture.metering,
        METERING_PRODUCT,
        3,
        METERING_NONCE,
        &fixture.registration,
        &fixture.error);
}
