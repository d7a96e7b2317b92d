/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_RESOLVE_CUSTOMER_H
#define SANDBOX_RESOLVE_CUSTOMER_H

#include "play/call.h"

/*
 * ResolveCustomer, once the signature holds. Checked in this order: the body, the
 * Region, whether the token is one of the caller's own products, its expiry, how often
 * it was redeemed. Whether the customer has subscribed is not asked: AWS does not,
 * either.
 */
void resolve_customer(sandbox_call *call);

#endif
