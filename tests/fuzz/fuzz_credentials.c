/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The sources of credentials in front of an endpoint that answers whatever it likes: a
 * task's, a pod's, an instance's, or STS. The first line of an input is one letter, the
 * source (see ask_source()); the rest is the endpoint (answer_script.h). What is taken
 * fits a header and, where it comes as JSON, stands in the answer; what is not leaves
 * nothing behind; and no secret gets into an error or the log.
 */
#include "answer_script.h"
#include "aws/credentials.h"
#include "aws/credentials_source.h"
#include "fuzz.h"
#include "memory_file.h"
#include "support/fake_runtime.h"

#include <cjson/cJSON.h>

#include <string.h>

#define AUTHORIZATION "the-authorization-token"
#define BASE_TOKEN    "the-base-session-token"
#define WEB_TOKEN     "the-web.identity.token"
#define ROLE_ARN      "arn:aws:iam::123456789012:role/r"

enum { DEADLINE_MS = 5000 };

/* One input at work. */
typedef struct trial_run {
    fake_runtime fake;
    answer_script script;
    ent_profile_set *profiles;
    entitle_credentials credentials;
    entitle_error error;
    entitle_credentials_kind kind; /* that is asked for */
    bool is_json;                  /* the last answer is the document itself */
    const char *sent;              /* what the endpoint knows, and no log may */
} trial_run;

/* --- Sources ---------------------------------------------------------------------- */

static entitle_status
ask_sts(trial_run *trial, const ent_credentials_request *request)
{
    const ent_assume_role role = { .role_arn = ROLE_ARN, .session_name = "s1" };
    entitle_credentials base = { .kind = ENTITLE_CREDENTIALS_UNKNOWN };

    trial->kind = ENTITLE_CREDENTIALS_ASSUMED_ROLE;
    trial->sent = BASE_TOKEN;
    FUZZ_REQUIRE(
        entitle_credentials_set(
            &base,
            ENTITLE_CREDENTIALS_PROFILE,
            "AKIAEXAMPLE",
            "a-base-secret-access-key",
            BASE_TOKEN,
            0,
            NULL) == ENTITLE_OK);
    return ent_sts_assume_role(
        request, &role, &base, &trial->credentials, &trial->error);
}

static entitle_status
ask_web_identity(trial_run *trial, const ent_credentials_request *request)
{
    const fake_variable variables[] = {
        { "AWS_WEB_IDENTITY_TOKEN_FILE", memory_file(WEB_TOKEN, strlen(WEB_TOKEN)) },
        { "AWS_ROLE_ARN", ROLE_ARN },
        { NULL, NULL },
    };

    trial->kind = ENTITLE_CREDENTIALS_WEB_IDENTITY;
    trial->sent = WEB_TOKEN;
    trial->fake.variables = variables;
    entitle_status status =
        ent_credentials_from_web_identity(request, &trial->credentials, &trial->error);
    trial->fake.variables = NULL;
    return status;
}

static entitle_status
ask_source(trial_run *trial, char source, const ent_credentials_request *request)
{
    static const fake_variable task[] = {
        { "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/1" },
        { NULL, NULL },
    };
    static const fake_variable pod[] = {
        { "AWS_CONTAINER_CREDENTIALS_FULL_URI",
          "http://169.254.170.23/v1/credentials" },
        { "AWS_CONTAINER_AUTHORIZATION_TOKEN", AUTHORIZATION },
        { NULL, NULL },
    };

    switch (source) {
    case 'e':
    case 'k':
        trial->is_json = true;
        trial->fake.variables = source == 'e' ? task : pod;
        trial->sent = source == 'e' ? NULL : AUTHORIZATION;
        trial->kind = source == 'e' ? ENTITLE_CREDENTIALS_ECS_TASK_ROLE
                                    : ENTITLE_CREDENTIALS_EKS_POD_IDENTITY;
        return ent_credentials_from_container(
            request, &trial->credentials, &trial->error);
    case 'i':
        trial->is_json = true;
        trial->kind = ENTITLE_CREDENTIALS_INSTANCE_ROLE;
        return ent_credentials_from_instance(
            request, &trial->credentials, &trial->error);
    case 'w':
        return ask_web_identity(trial, request);
    default:
        return ask_sts(trial, request);
    }
}

/* --- What must hold --------------------------------------------------------------- */

static void
require_silence(const trial_run *trial, const char *text)
{
    const char *own = trial->credentials.secret_access_key;

    FUZZ_REQUIRE(trial->sent == NULL || strstr(text, trial->sent) == NULL);
    /* A short one may be part of any sentence. */
    FUZZ_REQUIRE(strlen(own) < 20 || strstr(text, own) == NULL);
}

static void
require_printable(const char *text)
{
    FUZZ_REQUIRE(text[0] != '\0');
    for (; *text != '\0'; text++) {
        FUZZ_REQUIRE(*text > 0x20 && *text < 0x7f);
    }
}

static void
require_said(const cJSON *document, const char *name, const char *value)
{
    const char *said =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(document, name));

    FUZZ_REQUIRE(said != NULL && strcmp(said, value) == 0);
}

static void
require_in_answer(const trial_run *trial)
{
    cJSON *document =
        cJSON_ParseWithLength(trial->script.last_body, trial->script.last_body_length);

    FUZZ_REQUIRE(document != NULL);
    require_said(document, "AccessKeyId", trial->credentials.access_key_id);
    require_said(document, "SecretAccessKey", trial->credentials.secret_access_key);
    require_said(document, "Token", trial->credentials.session_token);
    cJSON_Delete(document);
}

static void
require_taken(const trial_run *trial)
{
    const entitle_credentials *taken = &trial->credentials;

    FUZZ_REQUIRE(taken->kind == trial->kind);
    FUZZ_REQUIRE(trial->script.last_status / 100 == 2);
    require_printable(taken->access_key_id);
    require_printable(taken->secret_access_key);
    require_printable(taken->session_token);
    /* An instance's go on working for a while, and STS has a clock that is right. */
    bool may_have_expired =
        !trial->is_json || taken->kind == ENTITLE_CREDENTIALS_INSTANCE_ROLE;
    FUZZ_REQUIRE(may_have_expired || taken->expires_at_s > FAKE_NOW_S);
    if (trial->is_json) {
        require_in_answer(trial);
    }
}

static void
require_nothing_taken(const trial_run *trial, entitle_status status)
{
    static const entitle_credentials nothing;

    FUZZ_REQUIRE(trial->error.status == status && trial->error.message[0] != '\0');
    FUZZ_REQUIRE(status != ENTITLE_INTERNAL_ERROR && status != ENTITLE_OUT_OF_MEMORY);
    FUZZ_REQUIRE(status != ENTITLE_NOT_ENTITLED);
    FUZZ_REQUIRE(memcmp(&trial->credentials, &nothing, sizeof(nothing)) == 0);
}

/* --- Inputs ----------------------------------------------------------------------- */

static void
check(trial_run *trial, const char *text, size_t length)
{
    const entitle_runtime *runtime = &trial->fake.runtime;

    answer_script_init(&trial->script, text + 2, length - 2);
    FUZZ_REQUIRE(
        ent_profile_set_load(runtime, &trial->profiles, &trial->error) == ENTITLE_OK);
    const ent_credentials_request request = {
        .runtime = runtime,
        .transport = &trial->script.transport,
        .profiles = trial->profiles,
        .region = "us-east-1",
        .deadline = ent_deadline_in(runtime, DEADLINE_MS),
    };
    entitle_status status = ask_source(trial, text[0], &request);
    if (status == ENTITLE_OK) {
        require_taken(trial);
    } else {
        require_nothing_taken(trial, status);
    }
    require_silence(trial, trial->error.message);
    require_silence(trial, trial->error.hint);
    require_silence(trial, trial->fake.log);
    FUZZ_REQUIRE(trial->fake.slept_ms <= DEADLINE_MS);
    ent_profile_set_free(trial->profiles);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    static trial_run trial;

    if (length < 2 || bytes[1] != '\n') {
        return 0;
    }
    memset(&trial, 0, sizeof(trial));
    fake_runtime_init(&trial.fake);
    check(&trial, (const char *)bytes, length);
    FUZZ_REQUIRE(trial.fake.blocks_in_use == 0);
    return 0;
}
