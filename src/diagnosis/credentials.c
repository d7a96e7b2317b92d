/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/credentials.h"

#include "aws/credentials_chain.h"
#include "base/runtime.h"
#include "base/text.h"
#include "diagnosis/acceptance.h"
#include "diagnosis/examination.h"

#include <stddef.h>

static void
judge(const ent_examination *examination, const ent_acceptance *acceptance)
{
    entitle_diagnosis *diagnosis = examination->diagnosis;
    static const char check[] = "credentials";

    switch (acceptance->status) {
    case ENTITLE_FINDING_OK:
        ent_find_ok(diagnosis, check, "%s", acceptance->detail);
        return;
    case ENTITLE_FINDING_WARN:
        ent_find_warning(diagnosis, check, acceptance->fix, "%s", acceptance->detail);
        return;
    case ENTITLE_FINDING_FAIL:
        ent_find_failure(diagnosis, check, acceptance->fix, "%s", acceptance->detail);
        return;
    }
}

/* Whom AWS will see, as far as the source of the credentials says it. */
static void
find_role(const ent_examination *examination, const entitle_credentials *credentials)
{
    if (credentials->role[0] != '\0') {
        ent_find_ok(examination->diagnosis, "role", "%s", credentials->role);
    }
    if (credentials->kind == ENTITLE_CREDENTIALS_WEB_IDENTITY &&
        ent_container_is_configured(examination->runtime)) {
        ent_find_ok(
            examination->diagnosis,
            "pod-identity",
            "configured, too, and not used: the role of the service account goes "
            "first");
    }
}

/* What is broken would not be accepted either, once it is mended. */
static void
judge_broken(const ent_examination *examination, const ent_credentials_link *link)
{
    ent_platform platform = examination->platform.platform;

    if (link->source == ent_credentials_from_container &&
        (platform == ENT_PLATFORM_EKS || platform == ENT_PLATFORM_KUBERNETES)) {
        const ent_acceptance acceptance = ent_acceptance_of(
            examination->route, platform, ENTITLE_CREDENTIALS_EKS_POD_IDENTITY, false);

        judge(examination, &acceptance);
    }
}

static void
judge_found(
    const ent_examination *examination,
    const char *check,
    const entitle_credentials *credentials)
{
    bool is_long_term = ent_text_starts_with(credentials->access_key_id, "AKIA");
    ent_acceptance acceptance = ent_acceptance_of(
        examination->route,
        examination->platform.platform,
        credentials->kind,
        is_long_term);

    ent_find_ok(
        examination->diagnosis,
        check,
        "answers: %s, key id %.4s...",
        entitle_credentials_kind_name(credentials->kind),
        credentials->access_key_id);
    judge(examination, &acceptance);
    find_role(examination, credentials);
}

/* False once it is known how the chain ends. */
static bool
go_on(
    const ent_examination *examination,
    const char *check,
    entitle_status status,
    const entitle_credentials *credentials,
    const entitle_error *error)
{
    if (status == ENTITLE_OK) {
        judge_found(examination, check, credentials);
        return false;
    }
    if (status == ENTITLE_NO_CREDENTIALS) {
        ent_find_ok(
            examination->diagnosis,
            check,
            "%s",
            error->message[0] != '\0' ? error->message : "not configured");
        return true;
    }
    ent_find_error(examination->diagnosis, check, error);
    return false;
}

/* What the program brings in place of the chain. */
static bool
ask_own_provider(const ent_examination *examination, entitle_credentials *credentials)
{
    const entitle_credentials_provider *provider = examination->gate->credentials;
    entitle_error error = { .message = "" };
    entitle_status status = provider->provide(
        provider->context,
        false,
        ent_deadline_left_ms(&examination->deadline),
        credentials,
        &error);

    return go_on(examination, "provider", status, credentials, &error);
}

static bool
ask_chain(const ent_examination *examination, entitle_credentials *credentials)
{
    const ent_credentials_request request = ent_examination_request(examination);

    for (const ent_credentials_link *link = ent_credentials_chain; link->source != NULL;
         link++) {
        entitle_error error = { .message = "" };

        if (!ent_credentials_link_applies(link, examination->runtime)) {
            continue;
        }
        entitle_status status = link->source(&request, credentials, &error);
        if (!go_on(examination, link->check, status, credentials, &error)) {
            if (status != ENTITLE_OK) {
                judge_broken(examination, link);
            }
            return false;
        }
    }
    return true;
}

void
ent_examine_credentials(ent_examination *examination)
{
    entitle_credentials credentials = { .kind = ENTITLE_CREDENTIALS_UNKNOWN };
    bool is_none = false;

    if (examination->gate->credentials != NULL) {
        is_none = ask_own_provider(examination, &credentials);
    } else if (ent_examination_can_ask(examination)) {
        is_none = ask_chain(examination, &credentials);
    }

    ent_credentials_wipe(&credentials);
    if (is_none) {
        const ent_acceptance none =
            ent_acceptance_of_none(examination->platform.platform);

        judge(examination, &none);
    }
}
