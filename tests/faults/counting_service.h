/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_FAULTS_COUNTING_SERVICE_H
#define TEST_FAULTS_COUNTING_SERVICE_H

#include "answers.h"

/*
 * What AWS does with usage: a record is honoured once, an equal one is that one again,
 * and another quantity for the same hour, dimension and customer is a duplicate.
 */
void counting_service_begin(void);
answer_composer counting_service_meter;
answer_composer counting_service_batch;

/* Units honoured since. */
long counting_service_total(void);

#endif
