/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/scratch.h"
#include "support/cmocka.h"
#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <entitle/diagnosis.h>

#include <stdio.h>
#include <string.h>

static fake_runtime fake;
static scripted_transport script;
static scratch folder;

static int
set_up(void **state)
{
    static const scripted_answer refused = { .http_status = 404 };

    (void)state;
    fake_runtime_init(&fake);
    scripted_transport_init(&script, &fake, &refused, 1);
    scratch_make(&folder);
    return 0;
}

static int
tear_down(void **state)
{
    (void)state;
    scripted_transport_clear(&script);
    scratch_remove(&folder);
    assert_int_equal(fake.blocks_in_use, 0);
    return 0;
}

/* The first finding about profiles with such a config file; `out` has its detail. */
static bool
find(const char *config, const char *profile, char out[512], entitle_finding_status *as)
{
    char path[SCRATCH_PATH_SIZE];
    const entitle_gate_options gate = {
        .struct_size = sizeof(gate),
        .runtime = &fake.runtime,
        .transport = &script.transport,
    };
    const entitle_diagnosis_options options = {
        .struct_size = sizeof(options),
        .gate = &gate,
    };
    const fake_variable variables[] = {
        { "AWS_CONFIG_FILE", path },
        { "AWS_REGION", "us-east-1" },
        { "AWS_PROFILE", profile },
        { NULL, NULL },
    };
    entitle_diagnosis *diagnosis = NULL;
    bool is_found = false;

    scratch_write_text(&folder, "config", config, 0600, path);
    fake.variables = variables;
    assert_int_equal(entitle_diagnosis_run(&options, &diagnosis, NULL), ENTITLE_OK);
    for (size_t i = 0; i < entitle_diagnosis_finding_count(diagnosis); i++) {
        const entitle_finding *finding = entitle_diagnosis_finding_at(diagnosis, i);
        if (!is_found && strcmp(entitle_finding_check(finding), "profiles") == 0) {
            is_found = true;
            *as = entitle_finding_status_of(finding);
            snprintf(out, 512, "%s", entitle_finding_detail(finding));
            assert_non_null(entitle_finding_fix(finding));
        }
    }
    entitle_diagnosis_free(diagnosis);
    fake.variables = NULL;
    return is_found;
}

static void
odd_files_are_a_warning(void **state)
{
    char detail[512] = "";
    entitle_finding_status as = ENTITLE_FINDING_OK;

    (void)state;
    assert_false(find("[default]\noutput = json\n", NULL, detail, &as));
    assert_true(find("[default]\noutput = json # why\n", NULL, detail, &as));
    assert_int_equal(as, ENTITLE_FINDING_WARN);
    assert_non_null(strstr(detail, "line 2 has a comment behind the value"));
}

static void
an_absent_profile_is_a_failure(void **state)
{
    char detail[512] = "";
    entitle_finding_status as = ENTITLE_FINDING_OK;

    (void)state;
    assert_true(find("[default]\n", "absent", detail, &as));
    assert_int_equal(as, ENTITLE_FINDING_FAIL);
    assert_non_null(strstr(detail, "the profile 'absent' from AWS_PROFILE"));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(odd_files_are_a_warning),
        TEST(an_absent_profile_is_a_failure),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
