/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "meter/meter_state.h"
#include "metering/license_arn.h"
#include "metering/product_code.h"

#include <string.h>

/* By this name the ledger knows whose usage is whose. */
static entitle_status
check_product(const char *product_code, entitle_error *error)
{
    if (product_code[0] != '\0' &&
        ent_product_code_check(product_code, NULL) == ENTITLE_OK) {
        return ENTITLE_OK;
    }
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer to ResolveCustomer names no product code");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

static entitle_status
refuse_names(entitle_error *error)
{
    ent_fail(
        error,
        ENTITLE_BAD_RESPONSE,
        "the answer to ResolveCustomer names a customer as AWS does not");
    ent_hint(error, "check the endpoint: what answers there is not the service");
    return ENTITLE_BAD_RESPONSE;
}

/* What no use could name is nobody's. */
static entitle_status
check_names(const entitle_customer *customer, entitle_error *error)
{
    const char *account = entitle_customer_account(customer);

    if (strlen(entitle_customer_identifier(customer)) <= ENT_USE_NAME_LIMIT &&
        strlen(entitle_customer_license_arn(customer)) <= ENT_USE_LICENSE_LIMIT &&
        strlen(account) <= ENT_USE_NAME_LIMIT &&
        strspn(account, "0123456789") == strlen(account)) {
        return ENTITLE_OK;
    }
    return refuse_names(error);
}

/* What the ledger keeps is what uses are compared with: with its "arn:". */
static entitle_status
copy_license(
    const entitle_runtime *runtime, const char *arn, char **out, entitle_error *error)
{
    *out = arn[0] != '\0' ? ent_license_arn_copy(runtime, arn)
                          : ent_duplicate(runtime, "", 0);
    if (*out == NULL) {
        return ent_fail_memory(error);
    }
    return arn[0] == '\0' || ent_license_arn_check("", *out, NULL) == ENTITLE_OK
               ? ENTITLE_OK
               : refuse_names(error);
}

static entitle_status
keep(entitle_meter *meter, const ent_ledger_customer *customer, entitle_error *error)
{
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status = ent_ledger_keep_customer(
        meter->ledger, customer, ent_meter_now_s(meter), error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}

entitle_status
entitle_meter_keep_customer(
    entitle_meter *meter, const entitle_customer *customer, entitle_error *error)
{
    char *license_arn = NULL;

    if (meter == NULL || customer == NULL) {
        return ent_meter_is_missing(error);
    }
    const char *product_code = entitle_customer_product_code(customer);
    entitle_status status = check_product(product_code, error);
    if (status == ENTITLE_OK) {
        status = check_names(customer, error);
    }
    if (status == ENTITLE_OK) {
        status = copy_license(
            &meter->runtime,
            entitle_customer_license_arn(customer),
            &license_arn,
            error);
    }
    if (status == ENTITLE_OK) {
        const ent_ledger_customer kept = {
            .product_code = product_code,
            .account = entitle_customer_account(customer),
            .identifier = entitle_customer_identifier(customer),
            .license_arn = license_arn,
        };
        status = keep(meter, &kept, error);
    }
    ent_release(&meter->runtime, license_arn);
    return status;
}

typedef struct customer_walk {
    entitle_ledger_customer_visitor *visit;
    void *context;
} customer_walk;

static bool
show_customer(void *context, const ent_ledger_customer *customer)
{
    const customer_walk *walk = context;
    const entitle_ledger_customer shown = {
        .product_code = customer->product_code,
        .account = customer->account,
        .identifier = customer->identifier,
        .license_arn = customer->license_arn,
    };
    return walk->visit(walk->context, &shown);
}

entitle_status
entitle_meter_customers(
    entitle_meter *meter,
    entitle_ledger_customer_visitor *visit,
    void *context,
    entitle_error *error)
{
    customer_walk walk = { .visit = visit, .context = context };
    if (meter == NULL || visit == NULL) {
        return ent_meter_is_missing(error);
    }
    (void)pthread_mutex_lock(&meter->ledger_lock);
    entitle_status status =
        ent_ledger_customers(meter->ledger, show_customer, &walk, error);
    (void)pthread_mutex_unlock(&meter->ledger_lock);
    return status;
}
