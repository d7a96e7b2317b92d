/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "metering/perform.h"

#include <entitle/customer.h>

#include <stdio.h>
#include <string.h>

enum { TOKEN_LIMIT = 64 * 1024 };

struct entitle_customer {
    entitle_runtime runtime;
    char *account;
    char *identifier;
    char *license_arn;
    char *product_code;
    char request_id[64];
};

/* One sentence for each: the token itself is never shown. */
static const char *
fault_of_token(const char *token)
{
    size_t characters = 0;

    if (token == NULL || token[0] == '\0') {
        return "there is no registration token";
    }
    if (strlen(token) > TOKEN_LIMIT) {
        return "the registration token is longer than any of AWS";
    }
    return ent_utf8_count(token, &characters) ? NULL
                                              : "the registration token is not UTF-8";
}

static entitle_status
check_token(const char *token, entitle_error *error)
{
    const char *fault = fault_of_token(token);

    if (fault == NULL) {
        return ENTITLE_OK;
    }
    ent_fail(error, ENTITLE_INVALID_INPUT, "%s", fault);
    ent_hint(
        error,
        "give the value of x-amzn-marketplace-token that AWS Marketplace posted, with "
        "its percent-encoding undone");
    return ENTITLE_INVALID_INPUT;
}

/* A member's text, "" where it is none; false when memory is out. */
static bool
copy_member(
    const entitle_runtime *runtime,
    const ent_json *answer,
    const char *name,
    char **out)
{
    const char *text = ent_json_string(ent_json_member(answer, name));

    text = text != NULL ? text : "";
    *out = ent_duplicate(runtime, text, strlen(text));
    return *out != NULL;
}

static bool
copy_members(
    const entitle_runtime *runtime, const ent_json *answer, entitle_customer *customer)
{
    return copy_member(runtime, answer, "CustomerAWSAccountId", &customer->account) &&
           copy_member(runtime, answer, "CustomerIdentifier", &customer->identifier) &&
           copy_member(runtime, answer, "LicenseArn", &customer->license_arn) &&
           copy_member(runtime, answer, "ProductCode", &customer->product_code);
}

static entitle_status
check_customer(const entitle_customer *customer, entitle_error *error)
{
    if (customer->account[0] != '\0' || customer->identifier[0] != '\0') {
        return ENTITLE_OK;
    }
    ent_fail(
        error, ENTITLE_BAD_RESPONSE, "the answer to ResolveCustomer names no customer");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

static entitle_status
make_customer(
    const entitle_runtime *runtime,
    const ent_json_answer *answer,
    entitle_customer **out,
    entitle_error *error)
{
    entitle_customer *customer = ent_allocate(runtime, sizeof(*customer));
    entitle_status status;

    if (customer == NULL) {
        return ent_fail_memory(error);
    }
    customer->runtime = *runtime;
    (void)snprintf(
        customer->request_id, sizeof(customer->request_id), "%s", answer->request_id);
    status = copy_members(runtime, answer->json, customer)
                 ? check_customer(customer, error)
                 : ent_fail_memory(error);
    if (status != ENTITLE_OK) {
        entitle_customer_free(customer);
        return status;
    }
    *out = customer;
    return ENTITLE_OK;
}

static entitle_status
send_body(
    entitle_metering *metering,
    const ent_buffer *body,
    const char *token,
    entitle_customer **out,
    entitle_error *error)
{
    const ent_metering_request request = {
        .operation = &ent_operation_resolve_customer,
        .body = ent_buffer_text(body),
        .body_length = body->length,
        .confidential = token,
    };
    ent_json_answer answer;
    entitle_status status = ent_metering_perform(metering, &request, &answer, error);

    if (status != ENTITLE_OK) {
        return status;
    }
    status = make_customer(&metering->runtime, &answer, out, error);
    ent_json_answer_clear(&answer);
    return status;
}

entitle_status
entitle_metering_resolve_customer(
    entitle_metering *metering,
    const char *registration_token,
    entitle_customer **out,
    entitle_error *error)
{
    ent_buffer body;
    entitle_status status;

    *out = NULL;
    if (metering == NULL) {
        return ent_fail(error, ENTITLE_INVALID_ARGUMENT, "there is no metering client");
    }
    metering->service.attempts = 0;
    status = check_token(registration_token, error);
    if (status != ENTITLE_OK) {
        return ent_metering_unsent(error, status);
    }
    ent_buffer_init(&body, &metering->runtime, ENT_METERING_REQUEST_LIMIT);
    ent_buffer_append_text(&body, "{\"RegistrationToken\":");
    ent_json_append_string(&body, registration_token);
    ent_buffer_append_text(&body, "}");
    status = ent_metering_check_body(&ent_operation_resolve_customer, &body, error);
    if (status == ENTITLE_OK) {
        status = send_body(metering, &body, registration_token, out, error);
    }
    ent_buffer_clear(&body);
    return status;
}

void
entitle_customer_free(entitle_customer *customer)
{
    if (customer == NULL) {
        return;
    }
    entitle_runtime runtime = customer->runtime;

    ent_release(&runtime, customer->account);
    ent_release(&runtime, customer->identifier);
    ent_release(&runtime, customer->license_arn);
    ent_release(&runtime, customer->product_code);
    ent_release(&runtime, customer);
}

const char *
entitle_customer_account(const entitle_customer *customer)
{
    return customer != NULL ? customer->account : "";
}

const char *
entitle_customer_identifier(const entitle_customer *customer)
{
    return customer != NULL ? customer->identifier : "";
}

const char *
entitle_customer_license_arn(const entitle_customer *customer)
{
    return customer != NULL ? customer->license_arn : "";
}

const char *
entitle_customer_product_code(const entitle_customer *customer)
{
    return customer != NULL ? customer->product_code : "";
}

const char *
entitle_customer_request_id(const entitle_customer *customer)
{
    return customer != NULL ? customer->request_id : "";
}
