/* SPDX-License-Identifier: Apache-2.0 */
#include "service/batch_meter_usage_input.h"

#include "service/batch_meter_usage_rules.h"
#include "service/license_arn.h"

#include <string.h>

/* What fits a request fits this, escaped once more. */
enum { ALLOCATIONS_LIMIT = 4 * REQUEST_BODY_LIMIT };

static bool
is_account(const char *text)
{
    return text[strspn(text, "0123456789")] == '\0';
}

static const input_list_constraint records_constraint = {
    .is_required = true,
    .maximum = BATCH_RECORD_LIMIT,
};
static const input_text_constraint identifier_constraint = { .maximum = 255 };
static const input_text_constraint account_constraint = {
    .minimum = 1,
    .maximum = 255,
    .is_allowed = is_account,
    .pattern = "^[0-9]+$",
};
static const input_text_constraint license_constraint = {
    .is_allowed = license_arn_is_valid,
    .pattern = LICENSE_ARN_PATTERN,
};

static bool
read_record(const input_object *object, batch_record *out)
{
    *out = (batch_record){ 0 };
    out->customer_identifier =
        input_read_text(object, "CustomerIdentifier", &identifier_constraint);
    out->account = input_read_text(object, "CustomerAWSAccountId", &account_constraint);
    out->license_arn = input_read_text(object, "LicenseArn", &license_constraint);
    return usage_read(object, &usage_names_of_batch, &out->usage);
}

/* The types of records are judged before their number: those too many are read, too. */
static bool
read_records(const input_object *body, batch_input *out)
{
    input_list list = input_read_list(body, "UsageRecords", &records_constraint);
    bool is_read = true;
    for (input_object element = input_list_first(&list);
         is_read && element.json != NULL;
         element = input_list_next(&element)) {
        if (out->count < BATCH_RECORD_LIMIT) {
            is_read = read_record(&element, &out->records[out->count]);
            out->count++;
            continue;
        }
        batch_record spare;
        is_read = read_record(&element, &spare);
        usage_clear(&spare.usage);
    }
    return is_read;
}

static bool
refuse(sandbox_call *call, const sandbox_rule *rule, const char *message)
{
    call_refuse(call, "ValidationException", rule, message);
    return false;
}

static bool
check_names(sandbox_call *call, const batch_input *input)
{
    bool names_product = input->product_code != NULL;
    for (size_t i = 0; i < input->count; i++) {
        const batch_record *record = &input->records[i];
        if ((record->customer_identifier == NULL) == (record->account == NULL)) {
            return refuse(
                call,
                &rule_batch_names_customer,
                "A usage record must have exactly one of CustomerIdentifier and "
                "CustomerAWSAccountId.");
        }
        if (record->license_arn != NULL && record->account == NULL) {
            return refuse(
                call,
                &rule_batch_names_licensee,
                "A usage record with LicenseArn must have CustomerAWSAccountId.");
        }
        if (record->license_arn == NULL && !names_product) {
            return refuse(
                call,
                &rule_batch_names_product,
                "ProductCode is required for usage records without LicenseArn.");
        }
    }
    return true;
}

static bool
write_allocations(sandbox_call *call, batch_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        batch_record *record = &input->records[i];
        ent_buffer *out = &record->allocations;
        ent_buffer_init(out, &call->sandbox->runtime, ALLOCATIONS_LIMIT);
        if (record->usage.allocations.items != NULL) {
            usage_write_canonical(&record->usage.allocations, out);
        }
        if (out->failed) {
            return false;
        }
    }
    return true;
}

/* What need not be done with the lock held. */
static bool
prepare(sandbox_call *call, batch_input *input)
{
    if (!write_allocations(call, input) ||
        !ent_random_uuids(&call->sandbox->runtime, input->fresh_ids, input->count)) {
        call_fail(call);
        return false;
    }
    for (size_t i = 0; i < input->count; i++) {
        input->records[i].fresh_id = input->fresh_ids[i];
    }
    return true;
}

bool
batch_input_read(sandbox_call *call, batch_input *out)
{
    input_object body;
    out->count = 0;
    out->product_code = NULL;
    if (!input_begin(&out->body, call, &body)) {
        return false;
    }
    out->product_code = input_read_text(&body, "ProductCode", &usage_product_code);
    if (!read_records(&body, out) || !input_end(&out->body)) {
        return false;
    }
    call->entry.records = out->count;
    return check_names(call, out) && prepare(call, out);
}

void
batch_input_clear(batch_input *input)
{
    for (size_t i = 0; i < input->count; i++) {
        usage_clear(&input->records[i].usage);
        ent_buffer_clear(&input->records[i].allocations);
    }
    input_clear(&input->body);
}
