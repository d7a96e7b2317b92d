/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_METERING_FIXTURE_H
#define TEST_SUPPORT_METERING_FIXTURE_H

#include "support/fake_runtime.h"
#include "support/scripted_transport.h"

#include <entitle/metering.h>

/* What the requests of the tests hold; all but the first two are secret. */
#define METERING_PRODUCT "cqcvf9f0ugw8rkbgmf1c9dxyz"
#define METERING_KEY_ID  "AKIAIOSFODNN7EXAMPLE"
#define METERING_NONCE   "nonce-0123456789-abcdefghijklmnop"
#define METERING_SECRET  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
#define METERING_TOKEN   "session-token-0123456789-abcdefghijk"
#define METERING_ANSWER  "{\"Signature\":\"the.signed.token\"}"

/* A body that says `code`, as the service does. */
#define METERING_ERROR(code_)                                                          \
    {                                                                                  \
        .http_status = 400, .body = "{\"__type\":\"" code_ "\",\"message\":\"words\"}" \
    }

/* A client in us-east-1 with credentials in its environment, and what it gave. */
typedef struct metering_fixture {
    fake_runtime fake;
    scripted_transport script;
    entitle_metering *metering;
    entitle_registration *registration;
    entitle_error error;
} metering_fixture;

extern metering_fixture fixture;
extern const scripted_answer metering_good_answer;

/* For cmocka, and for each row of a table. */
int metering_set_up(void **state);

/* Looks for secrets in the error and the log, and for memory that was left over. */
int metering_tear_down(void **state);

entitle_metering_options metering_options_of(entitle_retry retry);

/* A new client that asks RegisterUsage once, and is answered from `answers`. */
entitle_status
metering_ask(entitle_retry retry, const scripted_answer *answers, size_t count);

/* A new client of the standard policy that is answered from `answers`. */
void metering_start(const scripted_answer *answers, size_t count);

#endif
