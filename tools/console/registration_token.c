/* SPDX-License-Identifier: Apache-2.0 */
#include "console/registration_token.h"

#include "console/exit_status.h"
#include "console/input.h"

#include <openssl/crypto.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* More than the library takes, which then says so. */
enum { TOKEN_LIMIT = 64 * 1024 };

static bool
is_word(const char *argument)
{
    return argument != NULL && strcmp(argument, "-") != 0 && argument[0] != '@';
}

static bool
refuse_word(cli_failure *failure)
{
    fail(
        failure,
        EX_USAGE,
        "a registration token does not belong on the command line, where everyone on "
        "this machine can read it");
    fail_hint(failure, "give it on standard input, or as @FILE");
    return false;
}

/*
 * One byte and not none: a kernel that pipes cores into a program heeds no other limit
 * (core(5)).
 */
static void
leave_no_core(void)
{
    struct rlimit limit = { 0 };

    if (getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max >= 1) {
        limit.rlim_cur = 1;
        (void)setrlimit(RLIMIT_CORE, &limit);
    }
}

static void
wipe(cli_input *input)
{
    if (input->buffer != NULL) {
        OPENSSL_cleanse(input->buffer, input->length);
    }
    input_free(input);
}

static bool
copy(const cli_input *input, char **out, cli_failure *failure)
{
    if (memchr(input->bytes, '\0', input->length) != NULL) {
        fail(failure, EX_DATAERR, "the registration token holds a NUL");
        return false;
    }
    *out = malloc(input->length + 1);
    if (*out == NULL) {
        fail(failure, EX_SOFTWARE, "out of memory");
        return false;
    }
    memcpy(*out, input->bytes, input->length);
    (*out)[input->length] = '\0';
    return true;
}

bool
registration_token_read(const char *argument, char **out, cli_failure *failure)
{
    cli_input input;

    *out = NULL;
    if (is_word(argument)) {
        return refuse_word(failure);
    }
    leave_no_core();
    if (!input_read(argument, TOKEN_LIMIT, &input, failure)) {
        return false;
    }
    input_drop_newline(&input);
    bool is_copied = copy(&input, out, failure);
    wipe(&input);
    return is_copied;
}

void
registration_token_free(char *token)
{
    if (token != NULL) {
        OPENSSL_cleanse(token, strlen(token));
    }
    free(token);
}
