/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/aws/source_fixture.h"

#include "support/cmocka.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

source_fixture fixture;

int
source_set_up(void **state)
{
    (void)state;
    memset(&fixture, 0, sizeof(fixture));
    fake_runtime_init(&fixture.fake);
    (void)snprintf(fixture.file, sizeof(fixture.file), "/tmp/entitle-test-XXXXXX");
    int descriptor = mkstemp(fixture.file);
    return descriptor < 0 || close(descriptor) != 0;
}

int
source_tear_down(void **state)
{
    static const char *const secrets[] = { SOURCE_SECRET, SOURCE_TOKEN };

    (void)state;
    unlink(fixture.file);
    scripted_transport_clear(&fixture.script);
    ent_profile_set_free(fixture.profiles);
    for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
        assert_null(strstr(fixture.fake.log, secrets[i]));
        assert_null(strstr(fixture.error.message, secrets[i]));
        assert_null(strstr(fixture.error.hint, secrets[i]));
    }
    assert_int_equal(fixture.fake.blocks_in_use, 0);
    return 0;
}

void
source_write_file(const char *text)
{
    FILE *file = fopen(fixture.file, "we");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

entitle_status
source_ask_within(
    int64_t left_ms,
    ent_credentials_source *source,
    const fake_variable *variables,
    const scripted_answer *answers,
    size_t answer_count)
{
    const entitle_runtime *runtime = &fixture.fake.runtime;

    scripted_transport_clear(&fixture.script);
    scripted_transport_init(&fixture.script, &fixture.fake, answers, answer_count);
    ent_profile_set_free(fixture.profiles);
    fixture.profiles = NULL;
    fixture.fake.variables = variables;
    fixture.error = (entitle_error){ .message = "" };
    assert_int_equal(
        ent_profile_set_load(runtime, &fixture.profiles, NULL), ENTITLE_OK);
    const ent_credentials_request request = {
        .runtime = runtime,
        .transport = &fixture.script.transport,
        .profiles = fixture.profiles,
        .region = "us-east-1",
        .deadline = ent_deadline_in(runtime, left_ms),
    };
    memset(&fixture.credentials, 0, sizeof(fixture.credentials));
    return source(&request, &fixture.credentials, &fixture.error);
}

entitle_status
source_ask(
    ent_credentials_source *source,
    const fake_variable *variables,
    const scripted_answer *answers,
    size_t answer_count)
{
    return source_ask_within(60000, source, variables, answers, answer_count);
}
