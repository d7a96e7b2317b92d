/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_MARKET_LISTS_H
#define SANDBOX_MARKET_LISTS_H

#include "market/market_reader.h"

/*
 * One part of the market file each, in this order, because each refers to those before.
 */
void market_read_settings(market_reader *reader);
void market_read_products(market_reader *reader);
void market_read_customers(market_reader *reader);
void market_read_subscriptions(market_reader *reader);
void market_read_registration_tokens(market_reader *reader);
void market_read_identities(market_reader *reader);

/*
 * What "product" and "customer" of an object name: the first of the file where it does
 * not say, NULL after a fault.
 */
const market_product *
market_read_product_reference(market_reader *reader, const ent_json *object);
const market_customer *
market_read_customer_reference(market_reader *reader, const ent_json *object);

#endif
