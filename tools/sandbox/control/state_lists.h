/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SANDBOX_STATE_LISTS_H
#define SANDBOX_STATE_LISTS_H

#include "base/buffer.h"
#include "state/sandbox.h"

/*
 * What `GET state` tells of a market, as it is by now: each writes members, with a
 * comma in front. Of thousands of customers or subscriptions the first are listed, and
 * all counted. No secret is among it. Called with the sandbox's lock held.
 */
void state_write_products(const sandbox_core *sandbox, ent_buffer *out);
void state_write_customers(const sandbox_core *sandbox, ent_buffer *out);
void state_write_subscriptions(const sandbox_core *sandbox, ent_buffer *out);
void state_write_identities(const sandbox_core *sandbox, ent_buffer *out);

/* ,"keys":…,"key_versions":… */
void state_write_keys(const signing_keys *keys, ent_buffer *out);

/* ,"name":"text" or, of NULL, ,"name":null */
void state_write_member(ent_buffer *out, const char *name, const char *text);

/* ,"dimensions":[…] */
void state_write_texts(
    ent_buffer *out, const char *name, const char *const *texts, size_t count);

#endif
