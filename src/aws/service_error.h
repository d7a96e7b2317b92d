/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENT_AWS_SERVICE_ERROR_H
#define ENT_AWS_SERVICE_ERROR_H

#include "http/response.h"

#include <entitle/error.h>

#include <stdbool.h>

/* What a service said in an answer that is not 2xx. */
typedef struct ent_service_error {
    char code[64];     /* "ThrottlingException"; "" where none could be found */
    char message[400]; /* the service's own words; may be empty */
    bool lacks_memory; /* to read them: they may say anything */
} ent_service_error;

/* What may be behind an error and can be mended at once, before the next attempt. */
typedef enum ent_suspect {
    ENT_SUSPECT_NOTHING = 0,
    ENT_SUSPECT_CREDENTIALS, /* a fresh set may be accepted */
    ENT_SUSPECT_CLOCK        /* the right date may be accepted */
} ent_suspect;

/* How one error code is to be understood. */
typedef struct ent_error_rule {
    const char *code; /* compared ignoring case, as the Go SDK does */
    entitle_status status;
    ent_suspect suspect;
    const char *hint; /* one sentence */
} ent_error_rule;

/*
 * The code from `__type`, else `code`, else the header x-amzn-ErrorType; cut at ":" and
 * ",", then what follows "#". The message from `message`, else `Message`. A body that
 * is not JSON gives neither. A message ends at its first line break: what follows after
 * a wrong signature is the canonical request, session token and all.
 */
void ent_service_error_read(const entitle_response *response, ent_service_error *out);

/*
 * Overwrites whatever of `text` stands in `secret`, too, 12 characters or more in a
 * row: a service may quote back what it was sent. Accepts a secret of NULL and "".
 */
void ent_redact(char *text, const char *secret);

/* The same, for both texts. */
void ent_service_error_redact(ent_service_error *error, const char *secret);

/* The rule for a code in a table that ends with a NULL code, or NULL. */
const ent_error_rule *
ent_error_rule_find(const ent_error_rule *rules, const char *code);

/*
 * The codes that any AWS service may answer with: signature, credentials,
 * clock, throttling.
 */
extern const ent_error_rule ent_common_error_rules[];

#endif
