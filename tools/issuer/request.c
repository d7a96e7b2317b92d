/* SPDX-License-Identifier: Apache-2.0 */
#include "issuer/request.h"

#include "base/random.h"
#include "base/runtime.h"
#include "base/text.h"
#include "console/exit_status.h"
#include "console/options.h"
#include "console/options_help.h"
#include "console/output.h"
#include "console/printable.h"

#include <string.h>

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"

enum {
    ISSUER_KEY = OPTION_FIRST_OWN,
    ISSUER_KEY_ID,
    ISSUER_PRODUCT,
    ISSUER_LICENSEE,
    ISSUER_EXPIRES,
    ISSUER_NOT_BEFORE,
    ISSUER_FEATURE,
    ISSUER_SEATS,
    ISSUER_ACCOUNT,
    ISSUER_HOST,
    ISSUER_ID,
    ISSUER_OPTION_COUNT
};

enum {
    NAME_MAX_LENGTH = 64,
    PRODUCT_MAX_LENGTH = 255,
    LICENSEE_MAX_LENGTH = 255,
    ACCOUNT_LENGTH = 12,
    HOST_MAX_LENGTH = 253
};

static const option_rule rules[ISSUER_OPTION_COUNT] = {
    OPTION_RULES_COMMON,
    [ISSUER_KEY] = { "--key",
                     NULL,
                     OPTION_TEXT,
                     "FILE",
                     "the private key: P-256, or RSA for old estates (required)" },
    [ISSUER_KEY_ID] = { "--key-id",
                        NULL,
                        OPTION_TEXT,
                        "ID",
                        "what the key is called (the file's name without its ending)" },
    [ISSUER_PRODUCT] = { "--product",
                         NULL,
                         OPTION_TEXT,
                         "CODE",
                         "the product code of the program (required)" },
    [ISSUER_LICENSEE] = { "--licensee",
                          NULL,
                          OPTION_TEXT,
                          "NAME",
                          "who may use it (required)" },
    [ISSUER_EXPIRES] = { "--expires",
                         NULL,
                         OPTION_TIME,
                         "TIME",
                         "when it ends: ISO 8601 in UTC, or epoch seconds (required)" },
    [ISSUER_NOT_BEFORE] = { "--not-before",
                            NULL,
                            OPTION_TIME,
                            "TIME",
                            "when it begins (now)" },
    [ISSUER_FEATURE] = { "--feature",
                         NULL,
                         OPTION_LIST,
                         "NAME[,NAME...]",
                         "what was sold, for the program to look at; may be given "
                         "several times" },
    [ISSUER_SEATS] = { "--seats",
                       NULL,
                       OPTION_QUANTITY,
                       "N",
                       "how many seats were sold, for the program to look at" },
    [ISSUER_ACCOUNT] = { "--account",
                         NULL,
                         OPTION_TEXT,
                         "ID",
                         "the only AWS account in which it may be used" },
    [ISSUER_HOST] = { "--host",
                      NULL,
                      OPTION_TEXT,
                      "NAME",
                      "the only host on which it may be used" },
    [ISSUER_ID] = { "--id", NULL, OPTION_TEXT, "ID", "the licence's own id (a UUID)" },
};

void
request_print_help(void)
{
    output_text(
        "entitle-licence-issue: sign a licence for a customer whom AWS does not "
        "meter\n\n"
        "usage: entitle-licence-issue --key FILE --product CODE --licensee NAME\n"
        "                             --expires TIME [OPTIONS]\n\n");
    options_print_help(
        rules + OPTION_FIRST_OWN, (size_t)ISSUER_OPTION_COUNT - OPTION_FIRST_OWN);
    options_print_help(rules, OPTION_FIRST_OWN);
    output_text(
        "  --help, --version\n\n"
        "The licence is printed as one line. Keep this program, and the private key, "
        "out\n"
        "of what customers get: they have entitle-licence and the public key. Exit\n"
        "status: 0 issued, 64 a wrong command line, 74 the key cannot be read, 78 the\n"
        "key cannot be used.\n\n"
        "examples:\n"
        "  entitle-licence-issue --key example-2026.key --product exampleproductcode "
        "--licensee 'Example Corp' --expires 2099-12-31T00:00:00Z\n"
        "  entitle-licence-issue --key example-2026.key --product exampleproductcode "
        "--licensee 'Example Corp' --expires 2099-12-31T00:00:00Z --seats 25 --feature "
        "export,sso --host db7\n");
}

static bool
refuse(cli_failure *failure, const char *option, const char *what)
{
    fail(failure, EX_USAGE, "%s %s", option, what);
    fail_hint(failure, "see 'entitle-licence-issue --help'");
    return false;
}

static bool
is_made_of(const char *text, const char *characters, size_t limit)
{
    size_t length = strlen(text);

    return length > 0 && length <= limit && strspn(text, characters) == length;
}

static bool
is_word(const char *text, size_t limit)
{
    return ent_text_is_visible_ascii(text) && strlen(text) <= limit;
}

/* What a reader of the licence sees as it is, on a terminal and in a log. */
static bool
is_name(const char *text)
{
    uint32_t character = 0;

    if (strlen(text) > LICENSEE_MAX_LENGTH) {
        return false;
    }
    while (*text != '\0') {
        if (!utf8_next(&text, &character) || !is_printable(character)) {
            return false;
        }
    }
    return true;
}

static bool
is_key_id(const char *id)
{
    return is_made_of(id, LETTERS DIGITS "._-", NAME_MAX_LENGTH) &&
           strchr("._-", id[0]) == NULL && strspn(id, DIGITS) != strlen(id);
}

/* "keys/example-2026.key" is called example-2026. */
static bool
choose_key_id(const option_value *values, issuer_request *out, cli_failure *failure)
{
    const char *given = values[ISSUER_KEY_ID].text;
    const char *path = values[ISSUER_KEY].text;
    const char *slash = strrchr(path, '/');
    const char *name = slash != NULL ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    size_t length = dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);

    if (given != NULL) {
        name = given;
        length = strlen(given);
    }
    if (length < sizeof(out->key_id)) {
        memcpy(out->key_id, name, length);
    }
    return is_key_id(out->key_id) ||
           refuse(
               failure,
               given != NULL ? "--key-id" : "--key-id must be given: the key's file",
               "must be up to 64 letters, digits and ._- that begin with a letter or a "
               "digit and are no number");
}

static bool
add_feature(issuer_request *out, const char *text, size_t length, cli_failure *failure)
{
    if (out->feature_count == ISSUER_FEATURE_LIMIT) {
        return refuse(failure, "--feature", "names more than 64");
    }
    char *feature = out->features[out->feature_count];
    if (length > NAME_MAX_LENGTH) {
        return refuse(failure, "--feature", "has up to 64 characters");
    }
    memcpy(feature, text, length);
    feature[length] = '\0';
    if (!ent_text_is_visible_ascii(feature)) {
        return refuse(
            failure,
            "--feature",
            "must be words of visible ASCII, with commas between");
    }
    for (size_t i = 0; i < out->feature_count; i++) {
        if (strcmp(out->features[i], feature) == 0) {
            return refuse(failure, "--feature", "names one twice");
        }
    }
    out->feature_count++;
    return true;
}

static bool
choose_features(const option_value *value, issuer_request *out, cli_failure *failure)
{
    for (size_t i = 0; i < value->text_count; i++) {
        const char *rest = value->texts[i];

        for (;;) {
            size_t length = strcspn(rest, ",");

            if (!add_feature(out, rest, length, failure)) {
                return false;
            }
            if (rest[length] == '\0') {
                break;
            }
            rest += length + 1;
        }
    }
    return true;
}

static bool
check_texts(const option_value *values, cli_failure *failure)
{
    static const char product_code[] = LETTERS DIGITS "-/=:_.@";
    const char *account = values[ISSUER_ACCOUNT].text;
    const char *host = values[ISSUER_HOST].text;
    const char *id = values[ISSUER_ID].text;

    if (!is_made_of(values[ISSUER_PRODUCT].text, product_code, PRODUCT_MAX_LENGTH)) {
        return refuse(
            failure, "--product", "must be 1 to 255 letters, digits and -/=:_.@");
    }
    if (!is_name(values[ISSUER_LICENSEE].text)) {
        return refuse(
            failure, "--licensee", "must be up to 255 bytes of printable UTF-8");
    }
    if (account != NULL && (strlen(account) != ACCOUNT_LENGTH ||
                            !is_made_of(account, DIGITS, ACCOUNT_LENGTH))) {
        return refuse(failure, "--account", "must be the 12 digits of an AWS account");
    }
    if (host != NULL && !is_word(host, HOST_MAX_LENGTH)) {
        return refuse(failure, "--host", "must be a host's name: visible ASCII");
    }
    if (id != NULL && !is_word(id, NAME_MAX_LENGTH)) {
        return refuse(failure, "--id", "must be up to 64 characters of visible ASCII");
    }
    if (values[ISSUER_SEATS].text != NULL && values[ISSUER_SEATS].number == 0) {
        return refuse(
            failure, "--seats", "must be 1 or more; without it none are counted");
    }
    return true;
}

static bool
choose_times(const option_value *values, issuer_request *out, cli_failure *failure)
{
    out->expires_at_s = values[ISSUER_EXPIRES].number;
    out->not_before_s = values[ISSUER_NOT_BEFORE].text != NULL
                            ? values[ISSUER_NOT_BEFORE].number
                            : out->issued_at_s;
    if (out->expires_at_s <= out->issued_at_s) {
        return refuse(failure, "--expires", "is over already");
    }
    if (out->expires_at_s <= out->not_before_s) {
        return refuse(failure, "--expires", "must be after --not-before");
    }
    return true;
}

/* The clock, and a UUID where no id was given. */
static bool
take_from_surroundings(
    const option_value *values, issuer_request *out, cli_failure *failure)
{
    entitle_runtime runtime;
    char uuid[ENT_UUID_SIZE];

    if (ent_runtime_fill(&runtime, NULL, NULL) != ENTITLE_OK ||
        !ent_random_uuid(&runtime, uuid)) {
        fail(failure, EX_SOFTWARE, "the system gives no random numbers");
        return false;
    }
    const char *id = values[ISSUER_ID].text != NULL ? values[ISSUER_ID].text : uuid;
    memcpy(out->id, id, strlen(id) + 1);
    out->issued_at_s = ent_now_s(&runtime);
    return true;
}

static bool
check_required(const command_line *line, cli_failure *failure)
{
    static const size_t required[] = {
        ISSUER_KEY, ISSUER_PRODUCT, ISSUER_LICENSEE, ISSUER_EXPIRES
    };

    if (line->argument_count > 0) {
        return refuse(failure, "entitle-licence-issue", "takes options only");
    }
    for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
        if (line->values[required[i]].text == NULL) {
            return refuse(failure, rules[required[i]].name, "must be given");
        }
    }
    return true;
}

bool
request_read(char **argv, issuer_request *out, cli_failure *failure)
{
    command_line line;
    const option_value *values = line.values;

    *out = (issuer_request){ .help = false };
    if (!options_parse("", rules, ISSUER_OPTION_COUNT, argv, &line, failure)) {
        fail_hint(failure, "see 'entitle-licence-issue --help'");
        return false;
    }
    out->help = line.help;
    if (line.help) {
        return true;
    }
    if (!check_required(&line, failure) || !check_texts(values, failure) ||
        !choose_key_id(values, out, failure) ||
        !choose_features(&values[ISSUER_FEATURE], out, failure) ||
        !take_from_surroundings(values, out, failure) ||
        !choose_times(values, out, failure)) {
        return false;
    }
    out->key_path = values[ISSUER_KEY].text;
    out->product = values[ISSUER_PRODUCT].text;
    out->licensee = values[ISSUER_LICENSEE].text;
    out->account = values[ISSUER_ACCOUNT].text;
    out->host = values[ISSUER_HOST].text;
    out->seats = values[ISSUER_SEATS].number;
    return true;
}
