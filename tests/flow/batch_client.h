/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FLOW_BATCH_CLIENT_H
#define TEST_FLOW_BATCH_CLIENT_H

#include "seller_market.h"

/* BatchMeterUsage in the sellers' market, and what came of it. */

/* An hour before the clock's noon. */
#define ELEVEN         "\"Timestamp\":1794308400"
#define USAGE          ELEVEN ",\"Dimension\":\"requests\",\"Quantity\":7"
#define OF_A           "\"CustomerIdentifier\":\"cust-a\""
#define OF_B           "\"CustomerIdentifier\":\"cust-b\""
#define OF_C           "\"CustomerIdentifier\":\"cust-c\""
#define ACCOUNT_A      "\"CustomerAWSAccountId\":\"111111111111\""
#define ACCOUNT_B      "\"CustomerAWSAccountId\":\"222222222222\""
#define ACCOUNT_D      "\"CustomerAWSAccountId\":\"444444444444\""
#define ACCOUNT_E      "\"CustomerAWSAccountId\":\"555555555556\""
#define LICENSED(name) "\"LicenseArn\":\"" LICENSE(name) "\""

#define ONE(members) "{" members "," USAGE "}"

#define VALIDATION    "ValidationException"
#define SERIALIZATION "SerializationException"
#define LICENSE_ERROR "InvalidLicenseException"

/* The last answer. */
extern http_reply batch_reply;

/* `product` is NULL where the request names none; `records` stand in a JSON array. */
void
batch_send_as(const service_signer *signer, const char *product, const char *records);

/* The same by the seller. */
void batch_send(const char *product, const char *records);

/* Asserts "Success Success", with "+N" for those unprocessed. */
void batch_assert_statuses(const char *want);

/* The id of the result at `index`; "" where it has none. */
void batch_copy_id(int index, char *out, size_t size);

/* How many records the sandbox has honoured. */
int batch_count_records(void);

#endif
