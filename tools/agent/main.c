/* SPDX-License-Identifier: Apache-2.0 */
#include "agent/flusher.h"
#include "agent/listener.h"
#include "agent/server.h"
#include "agent/settings.h"
#include "agent/stop.h"
#include "base/runtime.h"
#include "console/command.h"
#include "console/exit_status.h"
#include "console/json_output.h"
#include "console/library_log.h"
#include "console/output.h"
#include "console/start_state.h"

#include <entitle/version.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A call that hangs must leave room for others in the last 20 s. */
enum { CALL_DEADLINE_MS = 15 * 1000 };

const char command_program[] = "entitle-agent";

static const entitle_runtime runtime = {
    .struct_size = sizeof(runtime),
    .log = library_log_warnings,
    .interrupted = stop_is_overdue,
};

/* So that whoever has started the agent knows where and from when on it listens. */
static void
announce(const agent_listener *listener)
{
    json_output json = json_output_object();

    json_add_text(&json, json.root, "event", "listening");
    json_add_text(&json, json.root, "url", listener->url);
    (void)json_output_print(&json, EX_OK);
    (void)fflush(stdout);
}

/* Nothing is taken from here on; what was taken is sent as far as the time suffices. */
static void
wind_up(usage_agent *agent, agent_flusher *flusher)
{
    agent_stop_intake(agent);
    flusher_stop(flusher);
    agent_flush(agent, true);
}

static int
serve(
    usage_agent *agent, const agent_settings *settings, const agent_listener *listener)
{
    agent_flusher flusher;
    agent_server *server = server_start(agent, listener);

    if (server == NULL) {
        (void)close(listener->descriptor);
        output_error("cannot start the HTTP server");
        return EX_SOFTWARE;
    }
    if (!flusher_start(&flusher, agent, settings->flush_interval_ms)) {
        server_stop(server);
        output_error("cannot start threads");
        return EX_SOFTWARE;
    }
    announce(listener);
    stop_wait(server_end_slow, server);
    wind_up(agent, &flusher);
    server_stop(server);
    return EX_OK;
}

static bool
open_agent(const agent_settings *settings, usage_agent *agent, entitle_error *error)
{
    const entitle_meter_options ledger = {
        .struct_size = sizeof(ledger),
        .runtime = &runtime,
        .ledger = settings->ledger,
        .product_code = settings->product_code,
        .instance = settings->instance,
    };
    const entitle_metering_options service = {
        .struct_size = sizeof(service),
        .runtime = &runtime,
        .region = settings->region,
        .endpoint = settings->endpoint,
        .deadline_ms = CALL_DEADLINE_MS,
    };

    return ent_runtime_fill(&agent->runtime, &runtime, error) == ENTITLE_OK &&
           agent_open(agent, &ledger, &service, error);
}

/* A wrong flag, or what else it is. */
static int
report(const agent_settings *settings, const entitle_error *error)
{
    bool is_flag = error->status == ENTITLE_INVALID_ARGUMENT ||
                   (error->status == ENTITLE_INVALID_PRODUCT_CODE &&
                    !settings->is_code_from_variable);
    int exit_status = fail_report_error(error);

    return is_flag ? EX_USAGE : exit_status;
}

static int
run(const agent_settings *settings)
{
    static usage_agent agent;
    agent_listener listener;
    entitle_error error = { .status = ENTITLE_OK };

    agent.zero_records = settings->zero_records;
    if (!open_agent(settings, &agent, &error)) {
        return report(settings, &error);
    }
    if (listener_open(settings->listen, settings->socket_mode, &listener, &error) !=
        ENTITLE_OK) {
        agent_close(&agent);
        return report(settings, &error);
    }
    int exit_status = serve(&agent, settings, &listener);
    listener_remove(&listener);
    agent_close(&agent);
    return exit_status;
}

int
main(int argc, char **argv)
{
    agent_settings settings;
    cli_failure failure;

    start_state_prepare();
    stop_prepare();
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        output_text("entitle-agent %s\n", entitle_version());
        return output_finish(EX_OK);
    }
    if (!settings_read(argv + (argc > 0 ? 1 : 0), &settings, &failure)) {
        return output_finish(fail_report(&failure));
    }
    if (settings.help) {
        settings_print_help();
        return output_finish(EX_OK);
    }
    return output_finish(run(&settings));
}
