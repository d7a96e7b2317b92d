/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "base/options.h"
#include "base/runtime.h"
#include "diagnosis/examination.h"
#include "gate/route.h"
#include "metering/client.h"

#include <stddef.h>

enum { DEADLINE_MS = 60000 };

const char *
entitle_finding_status_name(entitle_finding_status status)
{
    switch (status) {
    case ENTITLE_FINDING_OK:
        return "ok";
    case ENTITLE_FINDING_WARN:
        return "warn";
    case ENTITLE_FINDING_FAIL:
        break;
    }
    return "fail";
}

bool
ent_examination_can_ask(const ent_examination *examination)
{
    return examination->transport != NULL && examination->profiles != NULL;
}

ent_credentials_request
ent_examination_request(const ent_examination *examination)
{
    return (ent_credentials_request){
        .runtime = examination->runtime,
        .transport = examination->transport,
        .profiles = examination->profiles,
        .region = examination->region != NULL ? examination->region->name : "",
        .deadline = examination->deadline,
    };
}

bool
ent_examination_is_complete(const ent_examination *examination)
{
    const entitle_gate_options *gate = examination->gate;

    if (ent_seal_compiled_in.product_code != NULL) {
        return true;
    }
    if (examination->route == ENTITLE_ROUTE_METER_USAGE) {
        return gate->product_code != NULL && gate->dimension != NULL;
    }
    return gate->product_code != NULL && (gate->keys != NULL || gate->keyring != NULL);
}

/* Which of the findings a client tells of that cannot be made. */
static const char *
check_of(entitle_status status)
{
    switch (status) {
    case ENTITLE_NO_REGION:
    case ENTITLE_INVALID_REGION:
        return "region";
    default:
        return "settings";
    }
}

/* The client that the gate would make: its Region, endpoint and transport. */
static entitle_metering *
make_client(ent_examination *examination)
{
    const entitle_gate_options *gate = examination->gate;
    const entitle_metering_options options = {
        .struct_size = sizeof(options),
        .runtime = examination->runtime,
        .transport = gate->transport,
        .credentials = gate->credentials,
        .region = gate->region,
        .endpoint = gate->endpoint,
    };
    entitle_metering *client = NULL;
    entitle_error error;
    entitle_status status = entitle_metering_new(&options, &client, &error);

    if (status != ENTITLE_OK) {
        ent_find_error(examination->diagnosis, check_of(status), &error);
        return NULL;
    }
    examination->region = &client->region;
    examination->endpoint = &client->endpoint;
    examination->transport = client->service.transport;
    examination->is_curl = client->own_transport != NULL;
    return client;
}

/*
 * A dry run bills nothing, so it is always asked, but not in vain: what is known to be
 * wrong by now would only be told of once more.
 */
static bool
may_ask_gate(const ent_examination *examination, bool register_usage)
{
    if (examination->route == ENTITLE_ROUTE_METER_USAGE) {
        return ent_examination_is_complete(examination) &&
               entitle_diagnosis_is_healthy(examination->diagnosis);
    }
    return register_usage;
}

static void
ask_all(ent_examination *examination, bool register_usage)
{
    ent_examine_region(examination);
    ent_examine_endpoint(examination);
    ent_examine_connection(examination);
    ent_examine_task_region(examination);
    ent_examine_web_identity_token(examination);
    ent_examine_credentials(examination);
    ent_examine_metadata(examination);
    if (examination->route == ENTITLE_ROUTE_METER_USAGE) {
        ent_examine_dimension(examination);
    } else {
        ent_examine_keys(examination);
    }
    if (may_ask_gate(examination, register_usage)) {
        ent_examine_answer(examination);
    }
}

/* They may work here and nowhere else. */
static void
find_oddities(ent_examination *examination)
{
    const char *note;

    for (size_t i = 0; (note = ent_profile_set_note(examination->profiles, i)) != NULL;
         i++) {
        ent_find_warning(
            examination->diagnosis,
            "profiles",
            "mend it, so that AWS's own tools see what this program sees",
            "%s",
            note);
    }
}

static ent_profile_set *
load_profiles(ent_examination *examination)
{
    ent_profile_set *profiles = NULL;
    entitle_error error;

    if (ent_profile_set_load(examination->runtime, &profiles, &error) != ENTITLE_OK) {
        ent_find_error(examination->diagnosis, "profiles", &error);
    }
    examination->profiles = profiles;
    find_oddities(examination);
    return profiles;
}

static void
examine(ent_examination *examination, bool register_usage)
{
    const entitle_curl_options curl = {
        .struct_size = sizeof(curl),
        .runtime = examination->runtime,
    };
    entitle_transport *spare = NULL;
    ent_profile_set *profiles;
    entitle_metering *client;

    ent_examine_platform(examination);
    profiles = load_profiles(examination);
    client = make_client(examination);
    if (client == NULL && examination->transport == NULL &&
        entitle_transport_new_curl(&curl, &spare, NULL) == ENTITLE_OK) {
        examination->transport = spare;
        examination->is_curl = true;
    }
    ask_all(examination, register_usage);
    entitle_metering_free(client);
    entitle_transport_free(spare);
    ent_profile_set_free(profiles);
}

/* Copies the caller's options, of which neither has to be there. */
static entitle_status
read_options(
    const entitle_diagnosis_options *given,
    entitle_diagnosis_options *options,
    entitle_gate_options *gate,
    entitle_error *error)
{
    *options = (entitle_diagnosis_options){ .struct_size = sizeof(*options) };
    *gate = (entitle_gate_options){ .struct_size = sizeof(*gate) };
    if (given != NULL && !ent_options_copy(options, sizeof(*options), given)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_diagnosis_options has a struct_size or a member of another "
            "version");
    }
    if (options->gate != NULL &&
        !ent_options_copy(gate, sizeof(*gate), options->gate)) {
        return ent_fail(
            error,
            ENTITLE_INVALID_ARGUMENT,
            "entitle_gate_options has a struct_size or a member of another version");
    }
    if (gate->deadline_ms < 0) {
        return ent_fail(
            error, ENTITLE_INVALID_ARGUMENT, "the deadline is less than nothing");
    }
    if (ent_gate_route(gate, &ent_seal_compiled_in) == ENTITLE_ROUTE_LICENCE_FILE) {
        ent_fail(
            error,
            ENTITLE_CONFIGURATION,
            "the route licence-file asks AWS nothing that could be examined");
        ent_hint(error, "verify the licence instead (entitle licence verify)");
        return ENTITLE_CONFIGURATION;
    }
    return ENTITLE_OK;
}

entitle_status
entitle_diagnosis_run(
    const entitle_diagnosis_options *options,
    entitle_diagnosis **out,
    entitle_error *error)
{
    entitle_diagnosis_options settled;
    entitle_gate_options gate;
    entitle_runtime runtime;
    entitle_status status = read_options(options, &settled, &gate, error);

    *out = NULL;
    if (status == ENTITLE_OK) {
        status = ent_runtime_fill(&runtime, gate.runtime, error);
    }
    if (status != ENTITLE_OK) {
        return status;
    }
    entitle_diagnosis *diagnosis = ent_allocate(&runtime, sizeof(*diagnosis));
    if (diagnosis == NULL) {
        return ent_fail_memory(error);
    }
    diagnosis->runtime = runtime;
    ent_examination examination = {
        .diagnosis = diagnosis,
        .runtime = &diagnosis->runtime,
        .gate = &gate,
        .route = ent_gate_route(&gate, &ent_seal_compiled_in),
        .deadline = ent_deadline_in(
            &diagnosis->runtime, gate.deadline_ms > 0 ? gate.deadline_ms : DEADLINE_MS),
        .transport = gate.transport,
    };

    examine(&examination, settled.register_usage);
    if (runtime.interrupted(runtime.context)) {
        entitle_diagnosis_free(diagnosis);
        return ent_fail(error, ENTITLE_INTERRUPTED, "interrupted");
    }
    *out = diagnosis;
    return ENTITLE_OK;
}

void
entitle_diagnosis_free(entitle_diagnosis *diagnosis)
{
    if (diagnosis == NULL) {
        return;
    }
    entitle_runtime runtime = diagnosis->runtime;

    ent_release(&runtime, diagnosis);
}

const char *
entitle_diagnosis_platform(const entitle_diagnosis *diagnosis)
{
    return diagnosis->platform;
}

bool
entitle_diagnosis_is_healthy(const entitle_diagnosis *diagnosis)
{
    for (size_t i = 0; i < diagnosis->count; i++) {
        if (diagnosis->findings[i].status == ENTITLE_FINDING_FAIL) {
            return false;
        }
    }
    return true;
}

size_t
entitle_diagnosis_finding_count(const entitle_diagnosis *diagnosis)
{
    return diagnosis->count;
}

const entitle_finding *
entitle_diagnosis_finding_at(const entitle_diagnosis *diagnosis, size_t index)
{
    return index < diagnosis->count ? &diagnosis->findings[index] : NULL;
}

const char *
entitle_finding_check(const entitle_finding *finding)
{
    return finding->check;
}

entitle_finding_status
entitle_finding_status_of(const entitle_finding *finding)
{
    return finding->status;
}

const char *
entitle_finding_detail(const entitle_finding *finding)
{
    return finding->detail;
}

const char *
entitle_finding_fix(const entitle_finding *finding)
{
    return finding->fix[0] != '\0' ? finding->fix : NULL;
}
