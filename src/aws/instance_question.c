/* SPDX-License-Identifier: Apache-2.0 */
#include "aws/instance_question.h"

#include "base/runtime.h"

enum { ASK_MS = 3000 };

static entitle_status
ask_within(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    ent_instance_question *question,
    char *out,
    entitle_error *error)
{
    ent_profile_set *profiles = NULL;
    entitle_status status = ent_profile_set_load(runtime, &profiles, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    const ent_credentials_request request = {
        .runtime = runtime,
        .transport = transport,
        .profiles = profiles,
        .region = "",
        .deadline = ent_deadline_in(runtime, ASK_MS),
    };
    status = question(&request, out, error);
    ent_profile_set_free(profiles);
    return status;
}

entitle_status
ent_instance_ask(
    const entitle_runtime *runtime,
    const entitle_transport *transport,
    ent_instance_question *question,
    char *out,
    entitle_error *error)
{
    entitle_runtime whole;
    entitle_transport *own = NULL;
    entitle_status status = ent_runtime_fill(&whole, runtime, error);

    if (status == ENTITLE_OK && transport == NULL) {
        const entitle_curl_options curl = { .struct_size = sizeof(curl),
                                            .runtime = &whole };
        status = entitle_transport_new_curl(&curl, &own, error);
    }
    if (status == ENTITLE_OK) {
        status =
            ask_within(&whole, own != NULL ? own : transport, question, out, error);
    }
    entitle_transport_free(own);
    return status;
}
