/* SPDX-License-Identifier: Apache-2.0 */
#include "base/runtime.h"
#include "console/command.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/output.h"
#include "console/start_state.h"
#include "issuer/licence_text.h"
#include "issuer/request.h"
#include "issuer/signing_key.h"

#include <entitle/version.h>

#include <string.h>

enum { LICENCE_MAX = 65536 };

const char command_program[] = "entitle-licence-issue";

static int
print(const issuer_request *request, const signing_key *key, const char *licence)
{
    json_output json;

    if (!output_get_mode()->json) {
        if (!output_get_mode()->quiet) {
            output_text("%s\n", licence);
        }
        return EX_OK;
    }
    json = json_output_object();
    json_add_text(&json, json.root, "licence", licence);
    json_add_text(&json, json.root, "id", request->id);
    json_add_text(&json, json.root, "key_id", request->key_id);
    json_add_text(&json, json.root, "algorithm", signing_key_algorithm(key));
    json_add_time(&json, json.root, "not_before", true, request->not_before_s);
    json_add_time(&json, json.root, "expires_at", true, request->expires_at_s);
    return json_output_print(&json, EX_OK);
}

static int
issue(const issuer_request *request)
{
    entitle_runtime runtime;
    signing_key key;
    cli_failure failure;
    ent_buffer licence;

    if (!signing_key_open(request->key_path, &key, &failure)) {
        signing_key_close(&key);
        return fail_report(&failure);
    }
    int exit_status = EX_SOFTWARE;
    if (ent_runtime_fill(&runtime, NULL, NULL) == ENTITLE_OK) {
        ent_buffer_init(&licence, &runtime, LICENCE_MAX);
        if (licence_text_append(request, &key, &licence)) {
            exit_status = print(request, &key, ent_buffer_text(&licence));
        } else {
            output_error("the licence could not be signed");
        }
        ent_buffer_clear(&licence);
    }
    signing_key_close(&key);
    return exit_status;
}

int
main(int argc, char **argv)
{
    issuer_request request;
    cli_failure failure;
    char **arguments = argc > 0 ? argv + 1 : argv;
    const output_mode mode = {
        .json = options_mention(arguments, "--json"),
        .quiet = options_mention(arguments, "--quiet"),
        .verbose = options_mention(arguments, "--verbose"),
    };

    start_state_prepare();
    output_set_mode(&mode);
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        output_text("entitle-licence-issue %s\n", entitle_version());
        return output_finish(EX_OK);
    }
    if (!request_read(arguments, &request, &failure)) {
        return output_finish(fail_report(&failure));
    }
    if (request.help) {
        request_print_help();
        return output_finish(EX_OK);
    }
    return output_finish(issue(&request));
}
