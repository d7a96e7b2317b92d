/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/sts.h"

#include "platform/sts_answer.h"
#include "platform/sts_input.h"
#include "platform/web_identity.h"
#include "play/handout.h"
#include "signature/signature.h"
#include "wire/form.h"

#include <string.h>

enum { NAME_LIMIT = 64, TOKEN_MINIMUM = 4 };

static void
answer_pod(
    sandbox_call *call, const char *action, const sts_input *input, const char *token)
{
    web_identity identity;
    web_identity_fault fault;
    sandbox_session session;
    if (!web_identity_read(
            &call->sandbox->runtime,
            token,
            STS_AUDIENCE,
            call->now_s,
            &identity,
            &fault)) {
        call_refuse_with(
            call, fault.error_name, 400, &rule_web_identity, fault.sentence);
    } else if (handout_to_container(
                   call,
                   IDENTITY_EKS_POD,
                   ent_buffer_text(&identity.pod),
                   input->duration_s,
                   &session)) {
        sts_answer_role(call, action, input, &identity, &session);
    }
    web_identity_clear(&identity);
}

static void
assume_with_web_identity(sandbox_call *call, const char *action, const sts_input *input)
{
    ent_buffer token;
    ent_buffer_init(&token, &call->sandbox->runtime, WEB_IDENTITY_LIMIT);
    if (form_read(call->request, "WebIdentityToken", &token) &&
        token.length >= TOKEN_MINIMUM) {
        answer_pod(call, action, input, ent_buffer_text(&token));
    } else {
        call_refuse_with(
            call,
            "ValidationError",
            400,
            &rule_sts_input,
            "WebIdentityToken has to be of 4 to 20000 characters.");
    }
    ent_buffer_clear(&token);
}

static void
assume(sandbox_call *call, const char *action, const sts_input *input)
{
    sandbox_session session;
    if (signature_check(call, "sts") &&
        handout_to_signer(call, input->duration_s, &session)) {
        sts_answer_role(call, action, input, NULL, &session);
    }
}

typedef struct sts_action {
    const char *name;
    void (*perform)(sandbox_call *, const char *, const sts_input *);
} sts_action;

static const sts_action actions[] = {
    { "AssumeRole", assume },
    { "AssumeRoleWithWebIdentity", assume_with_web_identity },
};

static const sts_action *
find_action(const sandbox_request *request)
{
    ent_buffer name;
    ent_buffer_init(&name, request->body.runtime, NAME_LIMIT);
    const sts_action *found = NULL;
    if (form_read(request, "Action", &name)) {
        for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
            if (strcmp(actions[i].name, ent_buffer_text(&name)) == 0) {
                found = &actions[i];
            }
        }
    }
    ent_buffer_clear(&name);
    return found;
}

static bool
has_version(const sandbox_request *request)
{
    ent_buffer version;
    ent_buffer_init(&version, request->body.runtime, NAME_LIMIT);
    bool holds = form_read(request, "Version", &version) &&
                 strcmp(ent_buffer_text(&version), "2011-06-15") == 0;
    ent_buffer_clear(&version);
    return holds;
}

static void
perform(sandbox_call *call)
{
    const sts_action *action = find_action(call->request);
    if (action == NULL || !has_version(call->request)) {
        call_refuse_with(
            call,
            "InvalidAction",
            400,
            &rule_sts_action,
            "The sandbox has AssumeRole and AssumeRoleWithWebIdentity of version "
            "2011-06-15.");
        return;
    }
    sts_input input;
    if (sts_input_read(call, &input)) {
        action->perform(call, action->name, &input);
    }
    sts_input_clear(&input);
}

bool
sts_is_asked(const sandbox_request *request)
{
    return strcmp(request->path, "/") == 0 &&
           request_header(request, "X-Amz-Target") == NULL && form_is_in(request);
}

const char *
sts_action_name(const sandbox_request *request)
{
    const sts_action *action = find_action(request);
    return action != NULL ? action->name : "";
}

const play_part sts = {
    .content_type = "text/xml",
    .has_request_id = true,
    .write_error = sts_answer_error,
    .method = "POST",
    .method_rule = &rule_post_only,
    .perform = perform,
};
