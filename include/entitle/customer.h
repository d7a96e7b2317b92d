/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENTITLE_CUSTOMER_H
#define ENTITLE_CUSTOMER_H

#include <entitle/error.h>
#include <entitle/export.h>
#include <entitle/metering.h>

/*
 * Who is it that registers? A buyer of a SaaS product comes from AWS Marketplace with a
 * POST to the seller's page, whose form has `x-amzn-marketplace-token`. This turns that
 * token into a customer.
 * https://docs.aws.amazon.com/marketplace/latest/APIReference/API_marketplace-metering_ResolveCustomer.html
 */
typedef struct entitle_customer entitle_customer;

ENTITLE_BEGIN_DECLS

/*
 * ResolveCustomer, with the credentials of the account that publishes the product. The
 * token is the value of the form after its percent-encoding was undone, and good for a
 * short time: resolve it at once and keep the customer. It is never logged or put into
 * an error; whoever has it can register as that buyer. Free the customer with
 * entitle_customer_free().
 *
 * Statuses to act on: ENTITLE_INVALID_INPUT (no token, or AWS does not know it or holds
 * it for too old: the buyer has to come from AWS Marketplace again), the category
 * UNAVAILABLE (try again), the category CONFIGURATION (someone has to mend it).
 */
ENTITLE_CHECKED entitle_status entitle_metering_resolve_customer(
    entitle_metering *metering,
    const char *registration_token,
    entitle_customer **out,
    entitle_error *error);

/* Accepts NULL. */
void entitle_customer_free(entitle_customer *customer);

/*
 * What AWS said, "" where it did not, and of NULL: one of account and identifier is
 * always there. Keep all four: which of them metering wants depends on the product, see
 * entitle_customer_usage. The customer keeps the texts.
 */
const char *entitle_customer_account(const entitle_customer *customer);
const char *entitle_customer_identifier(const entitle_customer *customer);
const char *entitle_customer_license_arn(const entitle_customer *customer);
const char *entitle_customer_product_code(const entitle_customer *customer);

const char *entitle_customer_request_id(const entitle_customer *customer);

ENTITLE_END_DECLS

#endif
