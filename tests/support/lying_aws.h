/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_LYING_AWS_H
#define TEST_SUPPORT_LYING_AWS_H

#include "support/fake_runtime.h"
#include "support/key_forge.h"

#include <entitle/transport.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * RegisterUsage as a transport: reads each request, and answers by a script, truthfully
 * or not. The last step is repeated for ever.
 */
typedef struct aws_step {
    int32_t http_status; /* 0: 200 */
    const char *error; /* `__type` of an error answer; NULL: an answer that says yes */
    const char *body;  /* this body instead of any other */
    entitle_status failure;   /* the transport fails with it; ENTITLE_OK: it does not */
    const char *nonce;        /* in the token, instead of the one that was asked with */
    const char *product_code; /* likewise */
    uint32_t key_version;     /* likewise; 0: as asked */
    forge_key key;            /* signs */
    bool rotated;             /* the token says that the key was replaced */
    bool rotated_unsigned;    /* only the answer around the token says so */
    int64_t issued_after_s;   /* `iat`, after FAKE_NOW_S */
    const char *dates;        /* further members of the token: ",\"exp\":0" */
    int64_t date_after_s;     /* `Date`, after FAKE_NOW_S; 0: no `Date` */
} aws_step;

typedef struct lying_aws {
    entitle_transport transport; /* what to hand to the library */
    fake_runtime *fake;
    const aws_step *steps;
    size_t step_count;
    size_t requests;
    char last_body[1024];
    char nonces[8][64]; /* as asked with, in order */
    uint32_t key_versions[8];
} lying_aws;

void lying_aws_init(
    lying_aws *aws, fake_runtime *fake, const aws_step *steps, size_t step_count);

#endif
