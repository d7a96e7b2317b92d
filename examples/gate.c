/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A program that gates itself: asks AWS Marketplace once, at its start, and does its
 * work only when the customer is entitled. Usage: gate PRODUCT_CODE KEYS
 */
#include <entitle.h>

#include <stdio.h>

static bool
may_start(const char *product_code, const char *keys)
{
    const entitle_gate_options options = {
        .struct_size = sizeof(options),
        .product_code = product_code,
        .keys = keys, /* a folder of <version>.pem */
    };
    entitle_decision *decision = NULL;
    bool yes = entitle_gate_check(&options, &decision, NULL) == ENTITLE_OK &&
               entitle_decision_may_start(decision);

    if (!yes) {
        fprintf(stderr, "gate: refused: %s\n", entitle_decision_message(decision));
    }
    entitle_decision_free(decision);
    return yes;
}

int
main(int argc, char **argv)
{
    if (argc != 3 || !may_start(argv[1], argv[2])) {
        return 1;
    }
    puts("gate: entitled; the work begins here");
    return 0;
}
