/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_UNIT_GATE_GATE_FIXTURE_H
#define TEST_UNIT_GATE_GATE_FIXTURE_H

#include "support/fake_runtime.h"
#include "support/key_forge.h"
#include "support/lying_aws.h"

#include <entitle/gate.h>

/* Everything that one check needs: a keyring with version 1, which is FORGE_KEY. */
typedef struct gate_fixture {
    fake_runtime fake;
    lying_aws aws;
    entitle_keyring *keyring;
    entitle_gate_options options;
    entitle_decision *decision;
} gate_fixture;

/* Temporary credentials in eu-west-1. */
extern const fake_variable gate_environment[];

void gate_set_up(gate_fixture *f, const aws_step *steps, size_t step_count);
void gate_add_key(entitle_keyring *keyring, uint32_t version, forge_key key);

/* One check, whose decision takes the place of the one before. */
void gate_check(gate_fixture *f);

/* Also proves that nothing secret was logged, and that no memory is left. */
void gate_tear_down(gate_fixture *f);

void gate_assert_reason(const char *name, const gate_fixture *f, entitle_status want);
bool gate_warns_of(const entitle_decision *decision, const char *text);

#endif
