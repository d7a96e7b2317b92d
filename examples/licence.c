/* SPDX-License-Identifier: Apache-2.0 */

/*
 * A program for customers whom AWS does not meter: it does its work only with a licence
 * that the seller has signed. Usage: licence PRODUCT_CODE LICENCE_KEYS LICENCE
 */
#include <entitle/licence.h>

#include <stdio.h>

static bool
may_start(const char *product_code, const char *keys, const char *licence)
{
    const entitle_licence_options options = {
        .struct_size = sizeof(options),
        .product_code = product_code,
        .licence = licence,
        .keys = keys, /* a folder of <id>.pem */
    };
    entitle_decision *decision = NULL;
    bool yes = entitle_licence_check(&options, &decision, NULL) == ENTITLE_OK &&
               entitle_decision_may_start(decision);

    if (!yes) {
        fprintf(stderr, "licence: refused: %s\n", entitle_decision_message(decision));
    }
    entitle_decision_free(decision);
    return yes;
}

int
main(int argc, char **argv)
{
    if (argc != 4 || !may_start(argv[1], argv[2], argv[3])) {
        return 1;
    }
    puts("licence: in order; the work begins here");
    return 0;
}
