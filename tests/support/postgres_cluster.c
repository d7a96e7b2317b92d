/* SPDX-License-Identifier: Apache-2.0 */
#include "support/postgres_cluster.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_LIMIT_MS = 60 * 1000, POLL_MS = 20, PATH_SIZE = 512 };

static void
die(const char *what)
{
    (void)fprintf(stderr, "postgres_cluster: %s: %s\n", what, strerror(errno));
    exit(1);
}

bool
postgres_is_installed(void)
{
    const char *ci = getenv("CI");

    if (access(POSTGRES_BIN "/initdb", X_OK) == 0) {
        return true;
    }
    (void)fprintf(
        stderr,
        "SKIPPED: PostgreSQL's server is not installed in '%s'\n",
        POSTGRES_BIN);
    if (ci != NULL && strcmp(ci, "true") == 0) {
        exit(1);
    }
    return false;
}

/* --- Processes -------------------------------------------------------------------- */

/* The server refuses to run as root. */
static void
become_nobody_special(void)
{
    if (geteuid() != 0) {
        return;
    }
    const struct passwd *user = getpwnam("postgres");
    if (user == NULL) {
        user = getpwnam("nobody");
    }
    if (user == NULL || setgroups(0, NULL) != 0 || setgid(user->pw_gid) != 0 ||
        setuid(user->pw_uid) != 0) {
        _exit(126);
    }
}

static void
own_folder(const char *folder)
{
    if (geteuid() != 0) {
        return;
    }
    const struct passwd *user = getpwnam("postgres");
    if (user == NULL) {
        user = getpwnam("nobody");
    }
    if (user == NULL || chown(folder, user->pw_uid, user->pw_gid) != 0) {
        die("the folder's owner");
    }
}

/* With what it says in a log beside the data. */
static pid_t
run(const postgres_cluster *cluster, const char *const arguments[])
{
    char log[PATH_SIZE];
    (void)snprintf(log, sizeof(log), "%s/log", cluster->folder);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) {
        return child;
    }
    become_nobody_special();
    /* SIGQUIT ends a server at once, and its sessions with it. */
    (void)prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (getppid() != parent || chdir(cluster->folder) != 0) {
        _exit(126);
    }
    int output = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int input = open("/dev/null", O_RDONLY);
    if (output < 0 || input < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0 ||
        dup2(input, 0) < 0) {
        _exit(126);
    }
    for (int i = 3; i < 1024; i++) {
        (void)close(i);
    }
    (void)setenv("LC_ALL", "C", 1);
    (void)execv(arguments[0], (char *const *)(uintptr_t)arguments);
    _exit(127);
}

static void
wait_for(pid_t child, const char *what)
{
    int status = 0;

    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        die(what);
    }
}

/* --- The guardian ----------------------------------------------------------------- */

static int
remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

/* By the file that a server keeps while it runs. */
static void
end_server_of(const char *folder)
{
    char path[PATH_SIZE];
    long pid = 0;
    (void)snprintf(path, sizeof(path), "%s/data/postmaster.pid", folder);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return;
    }
    if (fscanf(file, "%ld", &pid) == 1 && pid > 1 && kill((pid_t)pid, SIGQUIT) == 0) {
        for (int i = 0; i < 250 && kill((pid_t)pid, 0) == 0; i++) {
            (void)usleep(POLL_MS * 1000);
        }
    }
    (void)fclose(file);
}

static void
guard(const postgres_cluster *cluster, int end)
{
    char byte = 0;

    (void)setsid();
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    for (int i = 0; i < 1024; i++) {
        if (i != end) {
            (void)close(i);
        }
    }
    while (read(end, &byte, 1) < 0 && errno == EINTR) {
    }
    end_server_of(cluster->folder);
    (void)nftw(cluster->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    _exit(0);
}

static void
start_guardian(postgres_cluster *cluster)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        die("pipe");
    }
    cluster->guardian = fork();
    if (cluster->guardian < 0) {
        die("fork");
    }
    if (cluster->guardian == 0) {
        guard(cluster, ends[0]);
    }
    (void)close(ends[0]);
    cluster->leash = ends[1];
}

/* --- The server ------------------------------------------------------------------- */

static bool
answers(const postgres_cluster *cluster)
{
    return PQping(cluster->url) == PQPING_OK;
}

static void
start_server(postgres_cluster *cluster)
{
    char data[PATH_SIZE];
    (void)snprintf(data, sizeof(data), "%s/data", cluster->folder);
    const char *const arguments[] = { POSTGRES_BIN "/postgres",
                                      "-D",
                                      data,
                                      "-k",
                                      cluster->folder,
                                      "-c",
                                      "listen_addresses=",
                                      "-c",
                                      cluster->is_durable ? "fsync=on" : "fsync=off",
                                      "-c",
                                      "shared_buffers=64MB",
                                      NULL };
    cluster->server = run(cluster, arguments);
    for (int waited = 0; waited < START_LIMIT_MS; waited += POLL_MS) {
        if (answers(cluster)) {
            return;
        }
        if (waitpid(cluster->server, NULL, WNOHANG) != 0) {
            break;
        }
        (void)usleep(POLL_MS * 1000);
    }
    die("the server does not start; see its log");
}

void
postgres_cluster_start(postgres_cluster *cluster, bool is_durable)
{
    const char *base =
        access("/dev/shm", W_OK) == 0 && !is_durable ? "/dev/shm" : "/tmp";
    char data[PATH_SIZE];
    *cluster = (postgres_cluster){ .is_durable = is_durable, .owner = getpid() };
    (void)snprintf(
        cluster->folder, sizeof(cluster->folder), "%s/entitle-postgres-XXXXXX", base);
    if (mkdtemp(cluster->folder) == NULL) {
        die("a temporary folder");
    }
    own_folder(cluster->folder);
    start_guardian(cluster);
    (void)snprintf(
        cluster->url,
        sizeof(cluster->url),
        "postgresql:///postgres?host=%s&user=postgres",
        cluster->folder);
    (void)snprintf(data, sizeof(data), "%s/data", cluster->folder);
    const char *const arguments[] = { POSTGRES_BIN "/initdb",
                                      "-D",
                                      data,
                                      "-U",
                                      "postgres",
                                      "--auth=trust",
                                      "--encoding=UTF8",
                                      "--no-locale",
                                      "--no-sync",
                                      NULL };
    wait_for(run(cluster, arguments), "initdb");
    start_server(cluster);
}

/* Its sessions do not outlive it: they notice that the postmaster is gone. */
void
postgres_cluster_stop(postgres_cluster *cluster, postgres_ending ending)
{
    static const int signals[] = { SIGINT, SIGQUIT, SIGKILL };

    if (cluster->server <= 0) {
        return;
    }
    (void)kill(cluster->server, signals[ending]);
    if (waitpid(cluster->server, NULL, 0) != cluster->server) {
        die("the server's end");
    }
    cluster->server = 0;
}

void
postgres_cluster_restart(postgres_cluster *cluster, postgres_ending ending)
{
    char path[PATH_SIZE];
    (void)snprintf(path, sizeof(path), "%s/data/postmaster.pid", cluster->folder);

    postgres_cluster_stop(cluster, ending);
    if (ending == POSTGRES_KILLED) {
        /* Its sessions let go of the shared memory a moment later. */
        (void)usleep(200 * 1000);
        (void)unlink(path);
    }
    start_server(cluster);
}

void
postgres_cluster_remove(postgres_cluster *cluster)
{
    if (cluster->owner != getpid()) {
        return;
    }
    postgres_cluster_stop(cluster, POSTGRES_IMMEDIATE);
    (void)close(cluster->leash);
    (void)waitpid(cluster->guardian, NULL, 0);
}

const char *
postgres_cluster_ask(const postgres_cluster *cluster, const char *sql)
{
    static char answer[256];
    PGconn *connection = PQconnectdb(cluster->url);
    PQclear(PQexec(connection, "SET client_min_messages = warning"));
    PGresult *result = PQexec(connection, sql);
    ExecStatusType status = PQresultStatus(result);

    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        (void)fprintf(stderr, "%s: %s", sql, PQerrorMessage(connection));
        exit(1);
    }
    answer[0] = '\0';
    if (PQntuples(result) > 0) {
        (void)snprintf(answer, sizeof(answer), "%s", PQgetvalue(result, 0, 0));
    }
    PQclear(result);
    PQfinish(connection);
    return answer;
}
