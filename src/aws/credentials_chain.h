/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_CHAIN_H
#define ENT_AWS_CREDENTIALS_CHAIN_H

#include "aws/credentials_source.h"

/* A link of the chain. */
typedef struct ent_credentials_link {
    const char *check; /* "provider-environment", for findings; static storage */
    const char *name;  /* "the environment", for sentences */
    ent_credentials_source *source;
} ent_credentials_link;

/* In their order; ends with a NULL source. */
extern const ent_credentials_link ent_credentials_chain[];

/*
 * Whether a link is asked at all: where a container endpoint is configured, instance
 * metadata is not, because the node's role is not the task's.
 */
bool ent_credentials_link_applies(
    const ent_credentials_link *link, const entitle_runtime *runtime);

/*
 * Asks one link after the other. The first that is configured answers, with credentials
 * or with an error that names it; ENTITLE_NO_CREDENTIALS says of each why it has none.
 */
ent_credentials_source ent_credentials_from_chain;

#endif
