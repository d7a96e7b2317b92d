/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_CREDENTIALS_CACHE_H
#define ENT_AWS_CREDENTIALS_CACHE_H

#include "aws/credentials.h"
#include "aws/credentials_source.h"

/* What a source gave last. Zero is empty. */
typedef struct ent_credentials_cache {
    entitle_credentials held;
    bool is_filled;
    int64_t ask_again_at_ms; /* monotonic: not earlier, while what is held will do */
} ent_credentials_cache;

/*
 * What is left of their life when credentials are renewed, and how often that is tried.
 */
enum { ENT_CREDENTIALS_EARLY_S = 15 * 60, ENT_CREDENTIALS_PAUSE_MS = 60 * 1000 };

/*
 * Gives what is held while it has more than ENT_CREDENTIALS_EARLY_S to live; otherwise,
 * and with `refresh`, asks `source`. Where that fails, what is held is given until it
 * has really expired, and after that if it is the instance's role: when the metadata
 * service cannot renew those, AWS goes on taking them for a while. `refresh` gives
 * nothing that is held.
 */
ENTITLE_CHECKED entitle_status ent_credentials_cache_provide(
    ent_credentials_cache *cache,
    ent_credentials_source *source,
    const ent_credentials_request *request,
    bool refresh,
    entitle_credentials *out,
    entitle_error *error);

#endif
