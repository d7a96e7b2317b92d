/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "aws/user_agent.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <string.h>

static fake_runtime fake;
static scripted_transport script;
static const scripted_answer nobody = { .failure = ENTITLE_UNREACHABLE };
static const entitle_credentials_options options = {
    .struct_size = sizeof(options),
    .runtime = &fake.runtime,
    .transport = &script.transport,
};
static entitle_credentials credentials;
static entitle_error error;

static int
set_up(void **state)
{
    (void)state;
    fake_runtime_init(&fake);
    scripted_transport_init(&script, &fake, &nobody, 1);
    error = (entitle_error){ 0 };
    memset(&credentials, 0x5a, sizeof(credentials));
    return 0;
}

typedef struct set_case {
    const char *key_id;
    const char *secret;
    const char *token;
    entitle_status want;
} set_case;

static void
credentials_take_visible_ascii_only(void **state)
{
    static const set_case cases[] = {
        { "AKIA", "top-secret", NULL, ENTITLE_OK },
        { "AKIA", "top-secret", "tok", ENTITLE_OK },
        { "", "top-secret", NULL, ENTITLE_INVALID_CREDENTIALS },
        { NULL, "top-secret", NULL, ENTITLE_INVALID_CREDENTIALS },
        { "AKIA", "", NULL, ENTITLE_INVALID_CREDENTIALS },
        { "AKIA", "top-secret", "", ENTITLE_INVALID_CREDENTIALS },
        { "AKIA\n", "top-secret", NULL, ENTITLE_INVALID_CREDENTIALS },
        { "AKIA", "top-secret\n", NULL, ENTITLE_INVALID_CREDENTIALS },
        { "AKIA", "top-secret", "tok\r\nX: top-secret", ENTITLE_INVALID_CREDENTIALS },
        { "AKIA", "top-secret", "t ok", ENTITLE_INVALID_CREDENTIALS },
        { "AKIA", "top-secret\xc3\xa9", NULL, ENTITLE_INVALID_CREDENTIALS },
    };
    static const entitle_credentials none;

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const set_case *each = &cases[i];

        entitle_status status = entitle_credentials_set(
            &credentials,
            ENTITLE_CREDENTIALS_PROCESS,
            each->key_id,
            each->secret,
            each->token,
            7,
            &error);

        assert_int_equal(status, each->want);
        if (each->want == ENTITLE_OK) {
            assert_string_equal(credentials.access_key_id, each->key_id);
            assert_string_equal(credentials.secret_access_key, each->secret);
            assert_string_equal(
                credentials.session_token, each->token != NULL ? each->token : "");
            assert_int_equal(credentials.kind, ENTITLE_CREDENTIALS_PROCESS);
            assert_int_equal(credentials.expires_at_s, 7);
        } else {
            assert_memory_equal(&credentials, &none, sizeof(none));
            assert_null(strstr(error.message, "top-secret"));
        }
    }
}

static void
credentials_take_texts_up_to_their_limits(void **state)
{
    static char text[16386];

    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    for (int over = 0; over < 2; over++) {
        entitle_status want = over ? ENTITLE_INVALID_CREDENTIALS : ENTITLE_OK;
        assert_int_equal(
            entitle_credentials_set(
                &credentials,
                ENTITLE_CREDENTIALS_PROCESS,
                text + sizeof(text) - 1 - 128 - over,
                "s",
                NULL,
                0,
                NULL),
            want);
        assert_int_equal(
            entitle_credentials_set(
                &credentials,
                ENTITLE_CREDENTIALS_PROCESS,
                "k",
                text + sizeof(text) - 1 - 256 - over,
                NULL,
                0,
                NULL),
            want);
        assert_int_equal(
            entitle_credentials_set(
                &credentials,
                ENTITLE_CREDENTIALS_PROCESS,
                "k",
                "s",
                text + sizeof(text) - 1 - 16384 - over,
                0,
                NULL),
            want);
    }
}

typedef struct environment_case {
    fake_variable variables[5];
    entitle_status want;
    const char *want_token;
} environment_case;

#define WITH_EXPIRATION(text_)                                                         \
    { "AWS_ACCESS_KEY_ID", "AKIA" }, { "AWS_SECRET_ACCESS_KEY", "top-secret" },        \
        { "AWS_SESSION_TOKEN", "tok" },                                                \
    {                                                                                  \
        "AWS_CREDENTIAL_EXPIRATION", text_                                             \
    }

static void
environment_gives_whole_pairs_only(void **state)
{
    static const environment_case cases[] = {
        { { { "AWS_ACCESS_KEY_ID", "AKIA" },
            { "AWS_SECRET_ACCESS_KEY", "top-secret" } },
          ENTITLE_OK,
          "" },
        { { { "AWS_ACCESS_KEY_ID", "AKIA" },
            { "AWS_SECRET_ACCESS_KEY", "top-secret" },
            { "AWS_SESSION_TOKEN", "tok" } },
          ENTITLE_OK,
          "tok" },
        { { { "AWS_ACCESS_KEY_ID", "AKIA" },
            { "AWS_SECRET_ACCESS_KEY", "top-secret" },
            { "AWS_SESSION_TOKEN", "" } },
          ENTITLE_OK,
          "" },
        { { { NULL, NULL } }, ENTITLE_NO_CREDENTIALS, NULL },
        { { { "AWS_ACCESS_KEY_ID", "" }, { "AWS_SECRET_ACCESS_KEY", "" } },
          ENTITLE_NO_CREDENTIALS,
          NULL },
        { { { "AWS_SESSION_TOKEN", "tok" } }, ENTITLE_NO_CREDENTIALS, NULL },
        { { { "AWS_ACCESS_KEY_ID", "AKIA" } }, ENTITLE_INVALID_CREDENTIALS, NULL },
        { { { "AWS_SECRET_ACCESS_KEY", "top-secret" } },
          ENTITLE_INVALID_CREDENTIALS,
          NULL },
        { { { "AWS_ACCESS_KEY_ID", "AKIA" },
            { "AWS_SECRET_ACCESS_KEY", "top-secret\n" } },
          ENTITLE_INVALID_CREDENTIALS,
          NULL },
        { { WITH_EXPIRATION("2026-11-21T20:00:01Z") }, ENTITLE_OK, "tok" },
        { { WITH_EXPIRATION("2026-11-21T21:30:00+01:00") }, ENTITLE_OK, "tok" },
        { { WITH_EXPIRATION("") }, ENTITLE_OK, "tok" },
        { { WITH_EXPIRATION("2026-11-21T20:00:00Z") },
          ENTITLE_EXPIRED_CREDENTIALS,
          NULL },
        { { WITH_EXPIRATION("soon") }, ENTITLE_INVALID_CREDENTIALS, NULL },
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        entitle_credentials_provider *provider = NULL;

        fake.variables = cases[i].variables;
        print_message("  case %zu\n", i);
        assert_int_equal(
            entitle_credentials_provider_new_default(&options, &provider, NULL),
            ENTITLE_OK);
        assert_int_equal(
            provider->provide(provider->context, false, 60000, &credentials, &error),
            cases[i].want);
        if (cases[i].want == ENTITLE_OK) {
            assert_string_equal(credentials.session_token, cases[i].want_token);
            assert_int_equal(credentials.kind, ENTITLE_CREDENTIALS_ENVIRONMENT);
        } else {
            assert_true(error.hint[0] != '\0');
            assert_null(strstr(error.message, "top-secret"));
        }
        entitle_credentials_provider_free(provider);
        scripted_transport_clear(&script);
        assert_int_equal(fake.blocks_in_use, 0);
    }
}

static void
provider_needs_memory(void **state)
{
    entitle_credentials_provider *provider = NULL;

    (void)state;
    fake.fail_allocation = 0;
    assert_int_equal(
        entitle_credentials_provider_new_default(&options, &provider, NULL),
        ENTITLE_OUT_OF_MEMORY);
    assert_null(provider);
    entitle_credentials_provider_free(NULL);
}

static void
kinds_have_the_names_of_the_decision(void **state)
{
    static const char *const names[] = {
        "unknown",       "environment",  "profile",       "process",
        "assumed-role",  "web-identity", "ecs-task-role", "eks-pod-identity",
        "instance-role", "unknown",
    };

    (void)state;
    for (int kind = 0; kind < 10; kind++) {
        assert_string_equal(
            entitle_credentials_kind_name((entitle_credentials_kind)kind), names[kind]);
    }
}

static void
user_agent_is_cleaned_and_cut(void **state)
{
    static const fake_variable variables[] = {
        { "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" },
        { "AWS_SDK_UA_APP_ID",
          "My App/1.0\r\nX: y (0123456789012345678901234567890123456789)" },
        { NULL, NULL },
    };
    char text[ENT_USER_AGENT_SIZE];

    (void)state;
    ent_user_agent(&fake.runtime, text);
    assert_string_equal(
        text, "entitle/0.1.0 ua/2.1 os/linux lang/c cfg/retry-mode#standard");
    fake.variables = variables;
    ent_user_agent(&fake.runtime, text);
    assert_string_equal(
        text,
        "entitle/0.1.0 ua/2.1 os/linux lang/c exec-env/AWS_ECS_FARGATE "
        "cfg/retry-mode#standard "
        "app/My-App-1.0--X--y--01234567890123456789012345678901");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(credentials_take_visible_ascii_only, set_up),
        cmocka_unit_test_setup(credentials_take_texts_up_to_their_limits, set_up),
        cmocka_unit_test_setup(environment_gives_whole_pairs_only, set_up),
        cmocka_unit_test_setup(provider_needs_memory, set_up),
        cmocka_unit_test_setup(kinds_have_the_names_of_the_decision, set_up),
        cmocka_unit_test_setup(user_agent_is_cleaned_and_cut, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
