/* SPDX-License-Identifier: Apache-2.0 */
#include "service_client.h"
#include "support/cmocka.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static http_reply reply;
static char output[16384];
static char folder[64];

static int
make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "/tmp/entitle-test-XXXXXX");
    return mkdtemp(folder) != NULL ? 0 : -1;
}

static int
remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = { "private/1.pem",
                                         "private/2.pem",
                                         "keys/1.pem",
                                         "keys/2.pem",
                                         "private",
                                         "keys",
                                         "state.db",
                                         "state.db-shm",
                                         "state.db-wal",
                                         "lock",
                                         "" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[128];
        (void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        (void)remove(path);
    }
    return access(folder, F_OK) == 0 ? -1 : 0;
}

typedef struct usage_case {
    const char *arguments[5];
    int want_exit;
    const char *want_text;
} usage_case;

static const usage_case usage_cases[] = {
    { { "--help" }, 0, "usage: entitle-sandbox" },
    { { "--version" }, 0, "entitle-sandbox 0." },
    { { "--config", "" }, 64, "--config wants a file" },
    { { "--config", "/nowhere/at/all" }, 74, "cannot read /nowhere/at/all" },
    { { "--tls=yes" }, 64, "--tls takes no value" },
    { { "serve" }, 64, "there is no option 'serve'" },
    { { "--listen" }, 64, "--listen wants a value" },
    { { "--listen", "8700" }, 64, "ADDRESS:PORT" },
    { { "--listen", "localhost:0" }, 64, "literal address" },
    { { "--listen", "127.0.0.1:65536" }, 64, "not a port" },
    { { "--listen", "127.0.0.1:" }, 64, "not a port" },
    { { "--listen=192.0.2.1:0" }, 69, "cannot listen" },
    { { "--seed", "-1" }, 64, "--seed" },
    { { "--seed", "18446744073709551616" }, 64, "--seed" },
    { { "--region", "US EAST" }, 64, "--region" },
    { { "--state", "" }, 64, "--state" },
    { { "--state", "/nowhere/at/all" }, 74, "/nowhere/at/all" },
    { { "env" }, 64, "--url" },
    { { "env", "--url", "127.0.0.1" }, 64, "--url" },
    { { "env", "--url", "http://192.0.2.1:80" }, 64, "loopback" },
    { { "env", "--url", "http://127.0.0.1:1" }, 69, "no sandbox answers" },
    { { "env", "--seed", "1" }, 64, "there is no option '--seed'" },
};

static void
command_line_is_read_strictly(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(usage_cases) / sizeof(usage_cases[0]); i++) {
        int status =
            sandbox_program_run(usage_cases[i].arguments, output, sizeof(output));
        print_message("%s", output);

        assert_int_equal(status, usage_cases[i].want_exit);
        assert_non_null(strstr(output, usage_cases[i].want_text));
    }
}

static void
signals_end_it_at_once(void **state)
{
    (void)state;
    static const int signals[] = { SIGTERM, SIGINT };
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        sandbox_process sandbox;
        int64_t took_ms = 0;
        CURL *kept_open = curl_easy_init();
        assert_true(sandbox_process_start(&sandbox, NULL));
        const http_call call = { .url = sandbox.url, .handle = kept_open };
        assert_true(http_perform(&call, &reply));

        assert_int_equal(sandbox_process_stop(&sandbox, signals[i], &took_ms), 0);

        assert_true(took_ms < 1000);
        assert_int_not_equal(access(sandbox.state, F_OK), 0);
        curl_easy_cleanup(kept_open);
    }
}

static void *
register_in_vain(void *context)
{
    static http_reply unanswered;
    service_try_register(context, SERVICE_GOOD_BODY, &unanswered);
    return NULL;
}

static void
delayed_answer_does_not_hold_up_the_end(void **state)
{
    (void)state;
    sandbox_process sandbox;
    pthread_t thread;
    int64_t took_ms = 0;
    assert_true(sandbox_process_start(&sandbox, NULL));
    assert_int_equal(
        sandbox_process_control(
            &sandbox,
            "PUT",
            "faults",
            "{\"faults\":[{\"operation\":\"*\",\"times\":1,\"delay_ms\":20000}]}",
            NULL),
        200);
    assert_int_equal(pthread_create(&thread, NULL, register_in_vain, &sandbox), 0);
    do {
        assert_int_equal(
            sandbox_process_control(&sandbox, "GET", "state", NULL, &reply), 200);
    } while (strstr(reply.body, "\"faults\":[]") == NULL);

    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, &took_ms), 0);

    assert_true(took_ms < 1000);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* The machine's own address on the way to others, or "" where it has none. */
static void
find_own_address(char out[INET_ADDRSTRLEN])
{
    struct sockaddr_in own = { .sin_family = AF_INET };
    struct sockaddr_in other = { .sin_family = AF_INET, .sin_port = htons(9) };
    socklen_t length = sizeof(own);
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    out[0] = '\0';
    (void)inet_pton(AF_INET, "192.0.2.1", &other.sin_addr);
    if (connect(descriptor, (const struct sockaddr *)&other, sizeof(other)) == 0 &&
        getsockname(descriptor, (struct sockaddr *)&own, &length) == 0) {
        (void)inet_ntop(AF_INET, &own.sin_addr, out, INET_ADDRSTRLEN);
    }
    close(descriptor);
}

static void
control_is_for_this_machine_only(void **state)
{
    (void)state;
    sandbox_process sandbox;
    char listen[64];
    char own[INET_ADDRSTRLEN];
    find_own_address(own);
    if (own[0] == '\0') {
        skip();
    }
    (void)snprintf(listen, sizeof(listen), "%s:0", own);
    const char *const arguments[] = { "--listen", listen, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));

    /* From that address, a peer looks like any other machine. */
    assert_int_equal(
        sandbox_process_control(&sandbox, "GET", "state", NULL, &reply), 403);
    assert_non_null(strstr(reply.body, "this machine only"));
    service_register(&sandbox, SERVICE_GOOD_BODY, &reply);
    service_assert_error(&reply, NULL);
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

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
    (void)snprintf(path, sizeof(path), "%s/%s", folder, name);
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
    const char *const arguments[] = { "--state", folder, NULL };
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
    char *const arguments[] = { program, option, folder, NULL };
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
    (void)snprintf(path, sizeof(path), "%s/private", folder);
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
    const char *const arguments[] = { "--state", folder, NULL };
    sandbox_process process;
    char path[128];
    int status = 0;
    int watch = inotify_init1(IN_CLOEXEC);

    (void)state;
    assert_true(watch >= 0);
    assert_true(inotify_add_watch(watch, folder, IN_CREATE) >= 0);
    pid_t pid = start_unheard();
    wait_for_private_folder(watch);
    assert_int_equal(prlimit(pid, RLIMIT_FSIZE, &half, NULL), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    close(watch);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXFSZ);
    (void)snprintf(path, sizeof(path), "%s/private/1.pem.%ld.new", folder, (long)pid);
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
        "--state", folder, "--region", "eu-west-1", NULL
    };
    assert_true(sandbox_process_start(&sandbox, arguments));
    assert_string_equal(sandbox.region, "eu-west-1");
    read_file("keys/1.pem", before, sizeof(before));
    (void)snprintf(path, sizeof(path), "%s/private/1.pem", folder);
    assert_mode(path, 0600);
    assert_int_equal(
        sandbox_process_control(&sandbox, "POST", "keys/rotate", NULL, NULL), 200);
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);

    assert_true(sandbox_process_start(&sandbox, arguments));
    read_file("keys/1.pem", after, sizeof(after));
    assert_string_equal(before, after);
    assert_int_equal(
        sandbox_process_control(&sandbox, "GET", "state", NULL, &reply), 200);
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
    const char *const arguments[] = { "--state", folder, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));
    read_file("keys/1.pem", pem, sizeof(pem));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);

    assert_int_equal(exponent_of(pem), 65539);
}

static void
put_private_key(const char *algorithm)
{
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/private", folder);
    (void)mkdir(path, 0700);
    (void)snprintf(path, sizeof(path), "%s/private/1.pem", folder);
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
    const char *const arguments[] = { "--state", folder, NULL };
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

static void
taken_port_is_named(void **state)
{
    (void)state;
    sandbox_process sandbox;
    assert_true(sandbox_process_start(&sandbox, NULL));
    const char *const arguments[] = { "--listen", strstr(sandbox.url, "//") + 2, NULL };

    assert_int_equal(sandbox_program_run(arguments, output, sizeof(output)), 69);

    assert_non_null(strstr(output, sandbox.url));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
}

static void
env_points_a_shell_at_the_sandbox(void **state)
{
    (void)state;
    sandbox_process sandbox;
    char quoted[96];
    char line[256];
    (void)snprintf(quoted, sizeof(quoted), "%s/it's", folder);
    assert_int_equal(mkdir(quoted, 0700), 0);
    const char *const arguments[] = { "--state", quoted, NULL };
    assert_true(sandbox_process_start(&sandbox, arguments));
    const char *const env[] = { "env", "--url", sandbox.url, NULL };

    int status = sandbox_program_run(env, output, sizeof(output));

    assert_int_equal(status, 0);
    (void)snprintf(
        line,
        sizeof(line),
        "export AWS_ENDPOINT_URL_MARKETPLACE_METERING='%s'\n",
        sandbox.url);
    assert_non_null(strstr(output, line));
    assert_non_null(strstr(output, "export AWS_REGION='us-east-1'\n"));
    assert_non_null(strstr(output, "export AWS_DEFAULT_REGION='us-east-1'\n"));
    assert_non_null(strstr(output, "export AWS_EC2_METADATA_DISABLED='true'\n"));
    assert_non_null(
        strstr(output, "export ENTITLE_PRODUCT_CODE='" SERVICE_PRODUCT "'\n"));
    (void)snprintf(
        line, sizeof(line), "export ENTITLE_KEYS='%s/it'\\''s/keys'\n", folder);
    assert_non_null(strstr(output, line));
    assert_int_equal(sandbox_process_stop(&sandbox, SIGTERM, NULL), 0);
    static const char *const names[] = {
        "/private/1.pem", "/keys/1.pem", "/private", "/keys", "/state.db", "/lock", ""
    };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        (void)snprintf(line, sizeof(line), "%s%s", quoted, names[i]);
        assert_int_equal(remove(line), 0);
    }
}

typedef struct wire_case {
    const char *name;
    const char *bytes;
    const char *want_text; /* NULL: an answer or none, both are right */
} wire_case;

static const wire_case wire_cases[] = {
    { "no HTTP", "hello\r\n\r\n", NULL },
    { "nothing", "", NULL },
    { "a cut request", "POST / HTTP/1.1\r\nHost: x\r\nContent-Le", NULL },
    { "a cut body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}", NULL },
    { "a negative length",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
      NULL },
    { "an absurd length",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551615\r\n\r\n",
      NULL },
    { "a length over the limit",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n",
      "RequestEntityTooLarge" },
    { "a bad chunk",
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      NULL },
    { "percent signs",
      "GET /%zz%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "Method not allowed" },
    { "an empty control request",
      "GET /_sandbox/ HTTP/1.0\r\n\r\n",
      "<!doctype html>" },
    { "a control request for a name",
      "GET /_sandbox/state HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "by an address or as localhost" },
    { "a control request for two hosts",
      "GET /_sandbox/state HTTP/1.1\r\nHost: localhost\r\nHost: x\r\n"
      "Connection: close\r\n\r\n",
      "by an address or as localhost" },
    { "HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", "Method not allowed" },
};

static void
malformed_requests_do_no_harm(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(wire_cases) / sizeof(wire_cases[0]); i++) {
        const wire_case *one = &wire_cases[i];
        print_message("%s\n", one->name);
        (void)http_exchange_raw(
            service_sandbox.url,
            one->bytes,
            strlen(one->bytes),
            output,
            sizeof(output));
        if (one->want_text != NULL) {
            assert_non_null(strstr(output, one->want_text));
        }
        service_register(&service_sandbox, SERVICE_GOOD_BODY, &reply);
        service_assert_error(&reply, NULL);
    }
}

static void
too_many_headers_are_refused(void **state)
{
    (void)state;
    static char request[8192];
    for (int count = 62; count <= 70; count += 8) {
        int used = snprintf(request, sizeof(request), "POST / HTTP/1.1\r\nHost: x\r\n");
        for (int i = 0; i < count; i++) {
            used += snprintf(
                request + used, sizeof(request) - (size_t)used, "X-%d: y\r\n", i);
        }
        (void)snprintf(
            request + used,
            sizeof(request) - (size_t)used,
            "Connection: close\r\n\r\n");

        (void)http_exchange_raw(
            service_sandbox.url, request, strlen(request), output, sizeof(output));

        assert_int_equal(
            strstr(output, "Too many request headers") != NULL, count == 70);
    }
}

enum { BODY_LIMIT = 1024 * 1024 };

static void
body_ends_at_one_mebibyte(void **state)
{
    (void)state;
    static char body[BODY_LIMIT + 2];
    memset(body, ' ', sizeof(body) - 1);
    static const char *const expecting[] = { "Expect: 100-continue", NULL };
    static const char *const plain[] = { "Expect:", NULL };
    for (int round = 0; round < 4; round++) {
        http_call call = { .url = service_sandbox.url,
                           .body = body,
                           .headers = round % 2 == 0 ? expecting : plain,
                           .is_chunked = round >= 2 };
        call.body_length = BODY_LIMIT;
        assert_true(http_perform(&call, &reply));
        assert_int_equal(reply.status, 404); /* only the target is missing */

        call.body_length = BODY_LIMIT + 1;
        assert_true(http_perform(&call, &reply));
        assert_int_equal(reply.status, 413);
        assert_non_null(strstr(reply.body, "\"__type\":\"RequestEntityTooLarge\""));
    }
}

static void
connection_is_kept(void **state)
{
    (void)state;
    long opened = 0;
    CURL *handle = curl_easy_init();
    static const char *const headers[] = {
        "X-Amz-Target: AWSMPMeteringService.RegisterUsage", NULL
    };
    for (int i = 0; i < 3; i++) {
        const http_call call = { .url = service_sandbox.url,
                                 .body = SERVICE_GOOD_BODY,
                                 .headers = headers,
                                 .signing_parameter = SERVICE_SIGNING,
                                 .access_key = SERVICE_ACCESS_KEY,
                                 .secret_key = SERVICE_SECRET_KEY,
                                 .handle = handle };
        assert_true(http_perform(&call, &reply));
        service_assert_error(&reply, NULL);
        assert_int_equal(
            curl_easy_getinfo(handle, CURLINFO_NUM_CONNECTS, &opened), CURLE_OK);
        assert_int_equal(opened, i == 0 ? 1 : 0);
    }
    curl_easy_cleanup(handle);
}

int
main(void)
{
    const struct CMUnitTest alone[] = {
        cmocka_unit_test(command_line_is_read_strictly),
        cmocka_unit_test(signals_end_it_at_once),
        cmocka_unit_test(delayed_answer_does_not_hold_up_the_end),
        cmocka_unit_test(control_is_for_this_machine_only),
        cmocka_unit_test_setup_teardown(
            start_after_a_kill_at_the_first_byte_is_as_any_other,
            make_folder,
            remove_folder),
        cmocka_unit_test_setup_teardown(
            start_after_a_kill_amid_a_key_is_as_any_other, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            restart_keeps_the_keys_and_their_rotation, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            fresh_keys_are_marked_by_their_exponent, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(
            keys_that_are_there_are_used, make_folder, remove_folder),
        cmocka_unit_test(taken_port_is_named),
        cmocka_unit_test_setup_teardown(
            env_points_a_shell_at_the_sandbox, make_folder, remove_folder),
    };
    const struct CMUnitTest together[] = {
        cmocka_unit_test(malformed_requests_do_no_harm),
        cmocka_unit_test(too_many_headers_are_refused),
        cmocka_unit_test(body_ends_at_one_mebibyte),
        cmocka_unit_test(connection_is_kept),
    };
    int failed = cmocka_run_group_tests_name("sandbox_process", alone, NULL, NULL);
    return failed + cmocka_run_group_tests_name(
                        "sandbox_wire", together, service_start, service_stop);
}
