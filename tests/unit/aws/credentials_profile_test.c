/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "base/error.h"
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"

#include <stdio.h>
#include <string.h>

enum { VARIABLE_COUNT = 4 };

/*
 * Stand-ins for the sources that ask over the network. What they give tells the way:
 * "role<base" was assumed with `base`.
 */
typedef struct fakes {
    ent_assume_role role; /* of the last call */
    const char *token_file;
    entitle_status instance;
    entitle_status container;
} fakes;

typedef struct fixture {
    fake_runtime fake;
    scratch folder;
    ent_profile_set *profiles;
    entitle_credentials credentials;
    entitle_error error;
    fakes fakes;
} fixture;

static fixture f;

static entitle_status
give(entitle_credentials_kind kind, const char *key_id, entitle_credentials *out)
{
    return entitle_credentials_set(out, kind, key_id, "SECRET", NULL, 0, NULL);
}

entitle_status
ent_sts_assume_role(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const entitle_credentials *base,
    entitle_credentials *out,
    entitle_error *error)
{
    char way[128];

    (void)request;
    (void)error;
    f.fakes.role = *role;
    snprintf(way, sizeof(way), "%.40s<%.80s", role->role_arn, base->access_key_id);
    return give(ENTITLE_CREDENTIALS_ASSUMED_ROLE, way, out);
}

entitle_status
ent_sts_assume_role_with_web_identity(
    const ent_credentials_request *request,
    const ent_assume_role *role,
    const char *token_file,
    entitle_credentials *out,
    entitle_error *error)
{
    (void)request;
    (void)error;
    f.fakes.role = *role;
    f.fakes.token_file = token_file;
    return give(ENTITLE_CREDENTIALS_WEB_IDENTITY, role->role_arn, out);
}

static entitle_status
give_or_fail(
    entitle_status status,
    entitle_credentials_kind kind,
    const char *name,
    entitle_credentials *out,
    entitle_error *error)
{
    return status == ENTITLE_OK ? give(kind, name, out)
                                : ent_fail(error, status, "no %s here", name);
}

entitle_status
ent_credentials_from_instance(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    (void)request;
    return give_or_fail(
        f.fakes.instance, ENTITLE_CREDENTIALS_INSTANCE_ROLE, "instance", out, error);
}

entitle_status
ent_credentials_from_container(
    const ent_credentials_request *request,
    entitle_credentials *out,
    entitle_error *error)
{
    (void)request;
    return give_or_fail(
        f.fakes.container, ENTITLE_CREDENTIALS_ECS_TASK_ROLE, "container", out, error);
}

static int
set_up(void **state)
{
    (void)state;
    f = (fixture){ .profiles = NULL };
    fake_runtime_init(&f.fake);
    scratch_make(&f.folder);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    ent_profile_set_free(f.profiles);
    scratch_remove(&f.folder);
    assert_int_equal(f.fake.blocks_in_use, 0);
    assert_null(strstr(f.fake.log, "SECRET"));
    return 0;
}

static entitle_status
ask(const char *config, const fake_variable *variables)
{
    static fake_variable all[VARIABLE_COUNT + 1];
    static char path[SCRATCH_PATH_SIZE];
    ent_credentials_request request = { .runtime = &f.fake.runtime, .region = "r" };

    scratch_write_text(&f.folder, "config", config, 0600, path);
    all[0] = (fake_variable){ "AWS_CONFIG_FILE", path };
    for (size_t i = 0; i < VARIABLE_COUNT; i++) {
        all[i + 1] = variables != NULL ? variables[i] : (fake_variable){ NULL, NULL };
    }
    f.fake.variables = all;
    f.error = (entitle_error){ 0 };
    ent_profile_set_free(f.profiles);
    f.profiles = NULL;
    assert_int_equal(
        ent_profile_set_load(&f.fake.runtime, &f.profiles, NULL), ENTITLE_OK);
    request.profiles = f.profiles;
    request.deadline = ent_deadline_in(&f.fake.runtime, 60000);
    return ent_credentials_from_profile(&request, &f.credentials, &f.error);
}

#define KEYS(id) "aws_access_key_id = " id "\naws_secret_access_key = SECRET\n"

typedef struct profile_case {
    const char *config;
    fake_variable variables[VARIABLE_COUNT];
    entitle_status want;
    entitle_credentials_kind want_kind;
    const char *want_key_id; /* or a part of the message */
} profile_case;

static void
check(const profile_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const profile_case *each = &cases[i];

        print_message("  %s\n", each->config);
        assert_int_equal(ask(each->config, each->variables), each->want);
        if (each->want == ENTITLE_OK) {
            assert_int_equal(f.credentials.kind, each->want_kind);
            assert_string_equal(f.credentials.access_key_id, each->want_key_id);
            continue;
        }
        assert_int_equal(f.error.status, each->want);
        assert_non_null(strstr(f.error.message, each->want_key_id));
        assert_null(strstr(f.error.message, "SECRET"));
        assert_true(each->want == ENTITLE_NO_CREDENTIALS || f.error.hint[0] != '\0');
    }
}

#define COUNT(cases) (sizeof(cases) / sizeof((cases)[0]))
#define NOTHING                                                                        \
    {                                                                                  \
        {                                                                              \
            NULL, NULL                                                                 \
        }                                                                              \
    }
#define NO_KIND ENTITLE_CREDENTIALS_UNKNOWN

static void
keys_of_a_profile_are_taken(void **state)
{
    static const profile_case cases[] = {
        { "", NOTHING, ENTITLE_NO_CREDENTIALS, NO_KIND, "there is no profile" },
        { "[default]\nregion = r",
          NOTHING,
          ENTITLE_NO_CREDENTIALS,
          NO_KIND,
          "the profile 'default' has no credentials" },
        { "[default]\n" KEYS("A"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_PROFILE,
          "A" },
        { "[default]\n" KEYS("A") "[profile x]\n" KEYS("X"),
          { { "AWS_PROFILE", "x" } },
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_PROFILE,
          "X" },
        /* Not inherited. */
        { "[default]\n" KEYS("A") "[profile x]\nregion = r",
          { { "AWS_PROFILE", "x" } },
          ENTITLE_NO_CREDENTIALS,
          NO_KIND,
          "the profile 'x' has no credentials" },
        { "[default]\naws_access_key_id = A",
          NOTHING,
          ENTITLE_INVALID_CREDENTIALS,
          NO_KIND,
          "has aws_access_key_id but not aws_secret_access_key" },
        { "[default]\naws_secret_access_key = SECRET",
          NOTHING,
          ENTITLE_INVALID_CREDENTIALS,
          NO_KIND,
          "has aws_secret_access_key but not aws_access_key_id" },
        { "[default]\naws_access_key_id = A B\naws_secret_access_key = SECRET",
          NOTHING,
          ENTITLE_INVALID_CREDENTIALS,
          NO_KIND,
          "in the profile 'default', the access key id holds a space" },
        { "[default]\ncredential_process = /nonexistent/program",
          NOTHING,
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "the credential_process of the profile 'default'" },
        { "[default]\ncredential_process = /nonexistent/program\n" KEYS("A"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_PROFILE,
          "A" },
    };

    (void)state;
    check(cases, COUNT(cases));
    assert_int_equal(
        ask("[default]\n" KEYS("A") "aws_session_token = SECRET2", NULL), ENTITLE_OK);
    assert_string_equal(f.credentials.session_token, "SECRET2");
}

static void
logins_are_explained(void **state)
{
    static const profile_case cases[] = {
        { "[profile x]\nsso_session = s\nsso_account_id = 1\nsso_role_name = n",
          { { "AWS_PROFILE", "x" } },
          ENTITLE_UNSUPPORTED_CREDENTIALS,
          NO_KIND,
          "the profile 'x' wants a login in a browser (SSO), which is unsupported in "
          "containers" },
        { "[default]\nsso_role_name = n",
          NOTHING,
          ENTITLE_UNSUPPORTED_CREDENTIALS,
          NO_KIND,
          "(SSO)" },
        { "[default]\nlogin_session = s",
          NOTHING,
          ENTITLE_UNSUPPORTED_CREDENTIALS,
          NO_KIND,
          "the profile 'default' wants a login in a browser (login_session)" },
        /* A session alone gives no credentials. */
        { "[default]\nsso_session = s",
          NOTHING,
          ENTITLE_NO_CREDENTIALS,
          NO_KIND,
          "has no credentials" },
        { "[default]\nsso_account_id = 1\n" KEYS("A"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_PROFILE,
          "A" },
        { "[default]\nrole_arn = R\nsource_profile = x\nmfa_serial = m\n[profile "
          "x]\n" KEYS("X"),
          NOTHING,
          ENTITLE_UNSUPPORTED_CREDENTIALS,
          NO_KIND,
          "the profile 'default' wants a code from an MFA device" },
    };

    (void)state;
    check(cases, COUNT(cases));
}

static void
roles_are_assumed_with_another_profile(void **state)
{
    static const profile_case cases[] = {
        { "[default]\nrole_arn = R\nsource_profile = x\n[profile x]\n" KEYS("X"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_ASSUMED_ROLE,
          "R<X" },
        { "[default]\nrole_arn = R\nsource_profile = x\n"
          "[profile x]\nrole_arn = S\nsource_profile = y\n[profile y]\n" KEYS("Y"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_ASSUMED_ROLE,
          "R<S<Y" },
        /* As a source, keys count before a role; at the top, the role does. */
        { "[default]\nrole_arn = R\nsource_profile = x\n" KEYS(
              "A") "[profile x]\nrole_arn = S\nsource_profile = y\n" KEYS("X"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_ASSUMED_ROLE,
          "R<X" },
        { "[default]\nrole_arn = R\nsource_profile = default\n" KEYS("A"),
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_ASSUMED_ROLE,
          "R<A" },
        { "[default]\nrole_arn = R\nsource_profile = x\n"
          "[profile x]\nrole_arn = S\nweb_identity_token_file = /t",
          NOTHING,
          ENTITLE_OK,
          ENTITLE_CREDENTIALS_ASSUMED_ROLE,
          "R<S" },
        { "[default]\nrole_arn = R\nsource_profile = default",
          NOTHING,
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "'default' has role_arn and a source_profile that leads in a circle" },
        { "[default]\nrole_arn = R\nsource_profile = x\n"
          "[profile x]\nrole_arn = S\nsource_profile = default",
          NOTHING,
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "'x' has role_arn and a source_profile that leads in a circle" },
        { "[default]\nrole_arn = R\nsource_profile = absent",
          NOTHING,
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "'default' has role_arn but its source_profile does not exist" },
        { "[default]\nrole_arn = R\nsource_profile = x\n[profile x]\nregion = r",
          NOTHING,
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "source_profile 'x' gives nothing to assume it with: the profile 'x' has no "
          "credentials" },
        { "[default]\nrole_arn = R\nsource_profile = x\n[profile x]\n"
          "aws_access_key_id = X",
          NOTHING,
          ENTITLE_INVALID_CREDENTIALS,
          NO_KIND,
          "the profile 'x' has aws_access_key_id but not" },
        { "[default]\nrole_arn = R",
          NOTHING,
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "but neither source_profile nor credential_source" },
        { "[default]\nrole_arn = R\nsource_profile = x\ncredential_source = "
          "Environment\n[profile x]\n" KEYS("X"),
          { { "AWS_ACCESS_KEY_ID", "E" }, { "AWS_SECRET_ACCESS_KEY", "SECRET" } },
          ENTITLE_CONFIGURATION,
          NO_KIND,
          "and both source_profile and credential_source" },
    };

    (void)state;
    check(cases, COUNT(cases));
}

static void
chains_of_roles_are_limited(void **state)
{
    char config[1024] = "";

    (void)state;
    for (int links = 8; links <= 9; links++) {
        size_t used = 0;
        for (int i = 1; i < links; i++) {
            used += (size_t)snprintf(
                config + used,
                sizeof(config) - used,
                "[profile p%d]\nrole_arn = R\nsource_profile = p%d\n",
                i,
                i + 1);
        }
        snprintf(
            config + used,
            sizeof(config) - used,
            "[profile p%d]\n%s",
            links,
            KEYS("K"));
        assert_int_equal(
            ask(config,
                (const fake_variable[VARIABLE_COUNT]){ { "AWS_PROFILE", "p1" } }),
            links == 8 ? ENTITLE_OK : ENTITLE_CONFIGURATION);
    }
    assert_non_null(strstr(f.error.message, "too far"));
}

static void
roles_are_assumed_with_another_source(void **state)
{
    static const char config[] = "[default]\nrole_arn = R\ncredential_source = ";
    static const struct {
        const char *source;
        fakes fakes;
        fake_variable variables[VARIABLE_COUNT];
        entitle_status want;
        const char *want_key_id; /* or a part of the message */
    } cases[] = {
        { "Environment",
          { .token_file = NULL },
          { { "AWS_ACCESS_KEY_ID", "E" }, { "AWS_SECRET_ACCESS_KEY", "SECRET" } },
          ENTITLE_OK,
          "R<E" },
        { "Environment",
          { .token_file = NULL },
          NOTHING,
          ENTITLE_CONFIGURATION,
          "credential_source 'Environment' gives nothing" },
        { "Ec2InstanceMetadata",
          { .container = ENTITLE_NO_CREDENTIALS },
          NOTHING,
          ENTITLE_OK,
          "R<instance" },
        { "EcsContainer",
          { .instance = ENTITLE_NO_CREDENTIALS },
          NOTHING,
          ENTITLE_OK,
          "R<container" },
        { "EcsContainer",
          { .container = ENTITLE_NO_CREDENTIALS },
          NOTHING,
          ENTITLE_CONFIGURATION,
          "gives nothing to assume it with: no container here" },
        { "Ec2InstanceMetadata",
          { .instance = ENTITLE_UNREACHABLE },
          NOTHING,
          ENTITLE_UNREACHABLE,
          "no instance here" },
        { "environment",
          { .token_file = NULL },
          { { "AWS_ACCESS_KEY_ID", "E" }, { "AWS_SECRET_ACCESS_KEY", "SECRET" } },
          ENTITLE_CONFIGURATION,
          "a credential_source that is none of the three" },
    };

    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];

        print_message("  %s\n", cases[i].source);
        snprintf(text, sizeof(text), "%s%s\n", config, cases[i].source);
        f.fakes = cases[i].fakes;
        assert_int_equal(ask(text, cases[i].variables), cases[i].want);
        if (cases[i].want == ENTITLE_OK) {
            assert_string_equal(f.credentials.access_key_id, cases[i].want_key_id);
        } else {
            assert_non_null(strstr(f.error.message, cases[i].want_key_id));
        }
    }
}

static void
the_role_is_described_to_sts(void **state)
{
    static const struct {
        const char *duration;
        int32_t want;
    } durations[] = {
        { "3600", 3600 }, { "1h", 0 }, { "-1", 0 }, { "", 0 }, { "99999999999", 0 },
    };
    char config[256];

    (void)state;
    for (size_t i = 0; i < COUNT(durations); i++) {
        snprintf(
            config,
            sizeof(config),
            "[default]\nrole_arn = R\nsource_profile = default\nexternal_id = X\n"
            "role_session_name = N\nduration_seconds = %s\n" KEYS("A"),
            durations[i].duration);
        assert_int_equal(ask(config, NULL), ENTITLE_OK);
        assert_string_equal(f.fakes.role.external_id, "X");
        assert_string_equal(f.fakes.role.session_name, "N");
        assert_int_equal(f.fakes.role.duration_s, durations[i].want);
    }
    assert_int_equal(
        ask("[default]\nrole_arn = R\nsource_profile = default\n" KEYS("A"), NULL),
        ENTITLE_OK);
    assert_null(f.fakes.role.external_id);
    assert_null(f.fakes.role.session_name);
}

static void
web_identity_of_a_profile_is_used(void **state)
{
    (void)state;
    assert_int_equal(
        ask("[default]\nrole_arn = R\nweb_identity_token_file = /t\n"
            "role_session_name = N\nsource_profile = x\n" KEYS("A"),
            NULL),
        ENTITLE_OK);
    assert_int_equal(f.credentials.kind, ENTITLE_CREDENTIALS_WEB_IDENTITY);
    assert_string_equal(f.fakes.token_file, "/t");
    assert_string_equal(f.fakes.role.session_name, "N");

    assert_int_equal(
        ask("[default]\nweb_identity_token_file = /t\n", NULL), ENTITLE_CONFIGURATION);
    assert_non_null(
        strstr(f.error.message, "web_identity_token_file but not role_arn"));
}

static void
memory_may_run_out_on_the_way(void **state)
{
    static const char config[] =
        "[default]\nrole_arn = R\nsource_profile = default\n" KEYS("A");
    ent_credentials_request request = { .runtime = &f.fake.runtime, .region = "r" };

    (void)state;
    assert_int_equal(ask(config, NULL), ENTITLE_OK);
    request.profiles = f.profiles;
    f.fake.allocations = 0;
    f.fake.fail_allocation = 0;
    assert_int_equal(
        ent_credentials_from_profile(&request, &f.credentials, &f.error),
        ENTITLE_OUT_OF_MEMORY);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(keys_of_a_profile_are_taken),
        TEST(logins_are_explained),
        TEST(roles_are_assumed_with_another_profile),
        TEST(chains_of_roles_are_limited),
        TEST(roles_are_assumed_with_another_source),
        TEST(the_role_is_described_to_sts),
        TEST(web_identity_of_a_profile_is_used),
        TEST(memory_may_run_out_on_the_way),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
