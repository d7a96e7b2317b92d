/* SPDX-License-Identifier: Apache-2.0 */
#include "support/lying_aws.h"

#include "base/error.h"
#include "support/cmocka.h"
#include "support/token_forge.h"

#include <cjson/cJSON.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char ROTATED_AT[] = "1790000000";

static void
remember(lying_aws *aws, const entitle_request *request)
{
    size_t at = aws->requests < 8 ? aws->requests : 7;
    cJSON *json = cJSON_ParseWithLength(request->body, request->body_length);
    const cJSON *nonce = cJSON_GetObjectItemCaseSensitive(json, "Nonce");
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(json, "PublicKeyVersion");

    assert_true(request->body_length < sizeof(aws->last_body));
    memcpy(aws->last_body, request->body, request->body_length);
    aws->last_body[request->body_length] = '\0';
    assert_true(cJSON_IsString(nonce) && cJSON_IsNumber(version));
    snprintf(aws->nonces[at], sizeof(aws->nonces[at]), "%s", nonce->valuestring);
    aws->key_versions[at] = (uint32_t)version->valuedouble;
    cJSON_Delete(json);
}

static char *
sign(const lying_aws *aws, const aws_step *step)
{
    size_t at = aws->requests < 8 ? aws->requests : 7;
    char payload[1024];
    const forge_recipe recipe = { .payload = payload, .key = step->key };

    snprintf(
        payload,
        sizeof(payload),
        "{\"ProductCode\":\"%s\",\"PublicKeyVersion\":%u,\"Nonce\":\"%s\",\"iat\":%lld"
        "%s%s%s}",
        step->product_code != NULL ? step->product_code : FORGE_PRODUCT_CODE,
        step->key_version != 0 ? step->key_version : aws->key_versions[at],
        step->nonce != NULL ? step->nonce : aws->nonces[at],
        (long long)FAKE_NOW_S + step->issued_after_s,
        step->rotated ? ",\"PublicKeyRotationTimestamp\":" : "",
        step->rotated ? ROTATED_AT : "",
        step->dates != NULL ? step->dates : "");
    return forge_token(&recipe);
}

static char *
answer_body(const lying_aws *aws, const aws_step *step)
{
    size_t size = 4096;
    char *body = malloc(size);
    char *token;

    assert_non_null(body);
    if (step->body != NULL) {
        snprintf(body, size, "%s", step->body);
    } else if (step->error != NULL) {
        snprintf(
            body, size, "{\"__type\":\"%s\",\"message\":\"as scripted\"}", step->error);
    } else {
        token = sign(aws, step);
        snprintf(
            body,
            size,
            "{\"Signature\":\"%s\"%s%s}",
            token,
            step->rotated_unsigned ? ",\"PublicKeyRotationTimestamp\":" : "",
            step->rotated_unsigned ? ROTATED_AT : "");
        free(token);
    }
    return body;
}

static entitle_status
add_header(entitle_response *response, const char *name, const char *value)
{
    return entitle_response_add_header(
        response, name, strlen(name), value, strlen(value), NULL);
}

static entitle_status
add_date(entitle_response *response, int64_t epoch_s)
{
    char text[64];
    time_t at = (time_t)epoch_s;
    struct tm utc;

    gmtime_r(&at, &utc);
    strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &utc);
    return add_header(response, "Date", text);
}

static entitle_status
perform(
    void *context,
    const entitle_request *request,
    entitle_response *response,
    entitle_error *error)
{
    lying_aws *aws = context;
    size_t last = aws->step_count - 1;
    const aws_step *step = &aws->steps[aws->requests < last ? aws->requests : last];
    int32_t ordinary_status = step->error != NULL ? 400 : 200;
    entitle_status status;
    char *body;

    remember(aws, request);
    if (step->failure != ENTITLE_OK) {
        aws->requests++;
        return ent_fail(error, step->failure, "as scripted");
    }
    body = answer_body(aws, step);
    aws->requests++;
    status = entitle_response_begin(
        response, step->http_status != 0 ? step->http_status : ordinary_status, error);
    if (status == ENTITLE_OK) {
        status = add_header(response, "x-amzn-RequestId", "request-1");
    }
    if (status == ENTITLE_OK && step->date_after_s != 0) {
        status = add_date(response, FAKE_NOW_S + step->date_after_s);
    }
    if (status == ENTITLE_OK) {
        status = entitle_response_append_body(response, body, strlen(body), error);
    }
    free(body);
    return status;
}

void
lying_aws_init(
    lying_aws *aws, fake_runtime *fake, const aws_step *steps, size_t step_count)
{
    *aws = (lying_aws){
        .transport = { .struct_size = sizeof(aws->transport),
                       .context = aws,
                       .perform = perform },
        .fake = fake,
        .steps = steps,
        .step_count = step_count,
    };
}
