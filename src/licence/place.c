/* SPDX-License-Identifier: Apache-2.0 */
#include "licence/place.h"

#include "base/error.h"
#include "base/text.h"

#include <entitle/instance.h>

#include <string.h>
#include <unistd.h>

static entitle_status
conclude(entitle_check_result *result, entitle_status status)
{
    *result = status == ENTITLE_OK ? ENTITLE_CHECK_PASS : ENTITLE_CHECK_FAIL;
    return status;
}

static entitle_status
refuse_account(const char *bound, const char *account, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_BOUND_ELSEWHERE,
        "the licence is bound to the AWS account %s, and this is %.12s",
        bound,
        account);
    ent_hint(
        error,
        "use the licence in the account it was issued for, or ask the seller for one "
        "for this account");
    return ENTITLE_BOUND_ELSEWHERE;
}

/* A place that cannot be told is not the one that the licence names. */
static entitle_status
refuse_unknown_account(const char *bound, const char *why, entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_BOUND_ELSEWHERE,
        "the licence is bound to the AWS account %s, and the account of this "
        "machine is not known: %s",
        bound,
        why);
    ent_hint(
        error,
        "let the program reach the metadata of its task or instance, or ask the seller "
        "for a licence that is bound otherwise");
    return ENTITLE_BOUND_ELSEWHERE;
}

static entitle_status
find_account(
    const entitle_runtime *runtime,
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_error *error)
{
    char account[ENTITLE_ACCOUNT_SIZE];
    entitle_error cause = { .status = ENTITLE_OK };
    entitle_status status = entitle_instance_account(
        runtime, expected->transport, account, sizeof(account), &cause);

    if (status == ENTITLE_OUT_OF_MEMORY) {
        return ent_fail_memory(error);
    }
    if (status != ENTITLE_OK) {
        return refuse_unknown_account(licence->account, cause.message, error);
    }
    return strcmp(account, licence->account) == 0
               ? ENTITLE_OK
               : refuse_account(licence->account, account, error);
}

entitle_status
ent_licence_judge_account(
    const entitle_runtime *runtime,
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_check_result *result,
    entitle_error *error)
{
    *result = ENTITLE_CHECK_NOT_CHECKED;
    if (expected->account == NULL && !expected->here) {
        return ENTITLE_OK;
    }
    if (licence->account == NULL) {
        return conclude(result, ENTITLE_OK);
    }
    if (expected->account == NULL) {
        return conclude(result, find_account(runtime, licence, expected, error));
    }
    return conclude(
        result,
        strcmp(expected->account, licence->account) == 0
            ? ENTITLE_OK
            : refuse_account(licence->account, expected->account, error));
}

entitle_status
ent_licence_judge_host(
    const entitle_licence *licence,
    const entitle_licence_expectation *expected,
    entitle_check_result *result,
    entitle_error *error)
{
    char own[ENT_LICENCE_HOST_MAX + 2] = "";
    const char *host = expected->host;

    *result = ENTITLE_CHECK_NOT_CHECKED;
    if (host == NULL && !expected->here) {
        return ENTITLE_OK;
    }
    if (licence->host == NULL) {
        return conclude(result, ENTITLE_OK);
    }
    if (host == NULL) {
        host = gethostname(own, sizeof(own) - 1) == 0 ? own : "";
    }
    if (ent_text_equal_ignoring_case(host, licence->host)) {
        return conclude(result, ENTITLE_OK);
    }
    ent_fail(
        error,
        ENTITLE_BOUND_ELSEWHERE,
        "the licence is bound to the host '%s', and this is '%.253s'",
        licence->host,
        host);
    ent_hint(
        error,
        "use the licence on the host it was issued for (a container takes its "
        "name from --hostname), or ask the seller for one for this host");
    return conclude(result, ENTITLE_BOUND_ELSEWHERE);
}
