/* SPDX-License-Identifier: Apache-2.0 */

/* The sandbox's keys: made, kept, found, and made again after a kill in the middle. */
#include "state_folder.h"
#include "support/cmocka.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static http_reply reply;
static char output[16384];

static void
assert_mode(const char *path, mode_t want)
{
    struct stat file;
    assert_int_equal(stat(path, &file), 0);
    assert_int_equal(file.st_mode & 0777, want);
}

static void
read_file(const char *name, char *out, size_t size)
{
    char path[600];
    (void)snprintf(path, sizeof(path), "%s/%s", state_folder, name);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t length = fread(out, 1, size - 1, file);
    out[length] = '\0';
    (void)fclose(file);
}

/* The kernel kills it at the first byte that it writes: that of its state. */
static void
start_after_a_kill_at_the_first_byte_is_as_any_other(void **state)
{
    const char *const arguments[] = { "--state", state_folder, NULL };
    struct rlimit whole;
    sandbox_process process;

    (void)state;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &whole), 0);
    const struct rlimit nothing = { .rlim_cur = 0, .rlim_max = whole.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &nothing), 0);
    int killed = sandbox_program_run(arguments, NULL, 0);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &whole), 0);

    assert_int_not_equal(killed, 0);
    assert_true(sandbox_process_start(&process, arguments));
    assert_int_equal(sandbox_process_stop(&process, SIGTERM, NULL), 0);
}

/* A process of which the test knows the number before it has said anything. */
static pid_t
start_unheard(void)
{
    static char program[] = ENTITLE_SANDBOX_PROGRAM;
    static char option[] = "--state";
    char *const arguments[] = { program, option, state_folder, NULL };
    pid_t pid = fork();
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)close(STDOUT_FILENO);
        execv(program, arguments);
        _exit(127);
    }
    return pid;
}

/* The folder of the keys is made when the state has been opened, and no key yet. */
static void
wait_for_private_folder(int watch)
{
    char events[4096] __attribute__((aligned(8)));
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/private", state_folder);
    while (access(path, F_OK) != 0) {
        struct pollfd ready = { .fd = watch, .events = POLLIN };
        assert_int_equal(poll(&ready, 1, 60000), 1);
        assert_true(read(watch, events, sizeof(events)) > 0);
    }
}

/*
 * Making a key takes far longer than it takes to forbid files of more than a few bytes;
 * the kernel then kills it in the middle of writing the key.
 */
static void
start_after_a_kill_amid_a_key_is_as_any_other(void **state)
{
    enum { HALF_A_KEY = 1000 };
    const struct rlimit half = { .rlim_cur = HALF_A_KEY, .rlim_max = HALF_A_KEY };
    const char *const arguments[] = { "--state", state_folder, NULL };
    sandbox_process process;
    char path[128];
    int status = 0;
    int watch = inotify_init1(IN_CLOEXEC);

    (void)state;
    assert_true(watch >= 0);
    assert_true(inotify_add_watch(watch, state_folder, IN_CREATE) >= 0);
    pid_t pid = start_unheard();
    wait_for_private_folder(watch);
    assert_int_equal(prlimit(pid, RLIMIT_FSIZE, &half, NULL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(watch);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXFSZ);
    (void)snprintf(
        path, sizeof(path), "%s/private/1.pem.%ld.new", state_folder, (long)pid);
    struct stat left;
    assert_int_equal(stat(path, &left), 0);
    assert_int_equal(left.st_size, HALF_A_KEY);
    assert_true(sandbox_process_start(&process, arguments));
    service_register(&process, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
    assert_int_equal(sandbox_process_stop(&process, SIGTERM, NULL), 0);
    assert_int_equal(unlink(path), 0);
}

static void
restart_keeps_the_keys_and_their_rotation(void **state)
{
    (void)state;
    char before[4096];
    char after[4096];
    char path[128];
    sandbox_process sandbox;
    const char *const arguments[] = {
        "--state", state_folder, "--region", "eu-west-1", NULL
    };
    assert_true(sandbox_process_start(&sandbox, arguments));
    assert_string_equal(sandbox.region, "eu-west-1");
    read_file("keys/1.pem", before, sizeof(before));
    (void)snprintf(path, sizeof(path), "%s/private/1.pem", state_folder);
    assert_mode(path, 0600);
    sandbox_process_demand(&sandbox, "POST", "keys/rotate", NULL, NULL);
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);

    assert_true(sandbox_process_start(&sandbox, arguments));
    read_file("keys/1.pem", after, sizeof(after));
    assert_string_equal(before, after);
    sandbox_process_demand(&sandbox, "GET", "state", NULL, &reply);
    assert_non_null(strstr(reply.body, "{\"version\":1,\"rotated_at\":\"20"));
    assert_non_null(strstr(reply.body, "{\"version\":2,\"rotated_at\":null}"));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static unsigned long
exponent_of(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
    BIGNUM *exponent = NULL;
    assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent), 1);
    unsigned long value = BN_get_word(exponent);
    BN_free(exponent);
    EVP_PKEY_free(key);
    BIO_free(bio);
    return value;
}

static void
fresh_keys_are_marked_by_their_exponent(void **state)
{
    (void)state;
    char pem[4096];
    sandbox_process sandbox;
    const char *const arguments[] = { "--state", state_folder, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));
    read_file("keys/1.pem", pem, sizeof(pem));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);

    assert_int_equal(exponent_of(pem), 65539);
}

static void
put_private_key(const char *algorithm)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/private", state_folder);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof(path), "%s/private/1.pem", state_folder);
    EVP_PKEY *key = strcmp(algorithm, "EC") == 0
                        ? EVP_EC_gen("P-256")
                        : EVP_RSA_gen((unsigned)strtoul(algorithm, NULL, 10));
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL), 1);
    (void)fclose(file);
    EVP_PKEY_free(key);
}

static void
keys_that_are_there_are_used(void **state)
{
    (void)state;
    char pem[4096];
    sandbox_process sandbox;
    const char *const arguments[] = { "--state", state_folder, NULL };
    put_private_key("2048");
    assert_true(sandbox_process_start(&sandbox, arguments));
    read_file("keys/1.pem", pem, sizeof(pem));
    service_register(&sandbox, SERVICE_GOOD_BODY, &reply);
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);

    assert_int_equal(exponent_of(pem), 65537);
    service_assert_error(&reply, NULL);

    put_private_key("EC");
    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 78);
    assert_non_null(strstr(output, "private/1.pem"));
    put_private_key("1024");
    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 78);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            start_after_a_kill_at_the_first_byte_is_as_any_other,
            state_make,
            state_remove),
        cmocka_unit_test_setup_teardown(
            start_after_a_kill_amid_a_key_is_as_any_other, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            restart_keeps_the_keys_and_their_rotation, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            fresh_keys_are_marked_by_their_exponent, state_make, state_remove),
        cmocka_unit_test_setup_teardown(
            keys_that_are_there_are_used, state_make, state_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
