# SPDX-License-Identifier: Apache-2.0
# The rules of layers.sh. Reads src/LAYERS and that of the sandbox, then the list of includes
# on "-".

BEGIN {
    # What a program may see besides the public headers.
    third["tools/console", "cjson"] = third["tools/cli", "cjson"] = 1
    third["tools/usage", "cjson"] = 1
    third["tools/usage", "zlib"] = 1 # CloudTrail packs what it delivers
    may["tools/usage", "base/json.h"] = 1 # what it imports is read strictly
    # The agent takes uses as the import does.
    third["tools/agent", "microhttpd"] = may["tools/agent", "base"] = 1
    third["tools/agent", "malloc.h"] = 1 # its threads share heaps, where glibc lets them
    third["tools/licensing", "cjson"] = 1
    # Who issues licences signs, and shares nothing with who verifies them.
    may["tools/issuer", "base"] = third["tools/issuer", "openssl"] = 1
    third["tools/console", "openssl/crypto.h"] = 1 # a program may choose its lean start
    third["examples", "openssl"] = 1

    # The sandbox is a witness: of the library it takes the bricks, the HTTP client for
    # its own `env`, and the SigV4 signer, which known answers vouch for; nothing that
    # judges tokens or keys.
    may["tools/sandbox", "base"] = may["tools/sandbox", "http"] = 1
    may["tools/sandbox", "aws/sigv4.h"] = 1
    # Which connection gives way is the same in both servers.
    may["tools/sandbox/server", "tools/sandbox/crowd"] = 1

    library["cjson"] = library["curl"] = library["expat"] = library["openssl"] = 1
    library["microhttpd"] = library["sqlite3"] = library["zlib"] = library["gnutls"] = library["cmocka"] = 1
    library["libpq-fe"] = library["malloc"] = library["jwt"] = 1

    n = split("assert ctype errno fcntl float getopt ifaddrs inttypes limits locale math netdb " \
              "elf link poll pthread pwd regex search semaphore setjmp signal spawn stdalign stdarg " \
              "stdatomic stdbool stddef stdint stdio stdlib string strings sysexits " \
              "termios time unistd dirent ftw", names, " ")
    for (i = 1; i <= n; i++) standard[names[i] ".h"] = 1
}

function complain(text) {
    print where ": " text
    failed = 1
}

function trim(text) {
    gsub(/^[ \t]+|[ \t]+$/, "", text)
    return text
}

# --- The LAYERS files ---------------------------------------------------------

FILENAME != "-" && (/^#/ || /^[ \t]*$/) { next }

# Folders are known by "base", "token" in src, and by "tools/sandbox/wire" elsewhere.
FILENAME != "-" {
    where = FILENAME ":" FNR
    is_library = FILENAME == "src/LAYERS"
    program = is_library ? "" : substr(FILENAME, 1, length(FILENAME) - length("/LAYERS"))
    prefix = is_library ? "" : program "/"
    if (!is_library) is_layered[program] = 1
    if (split($0, column, ":") != (is_library ? 4 : 3)) {
        complain("not " (is_library ? "four" : "three") " columns")
        next
    }
    name = trim(column[1])
    if (!is_library && name in is_folder) complain("src has a folder '" name "', too")
    folder = prefix name
    may[folder, folder] = is_folder[folder] = 1
    n = split(column[2], names, " ")
    for (i = 1; i <= n; i++) {
        # Only lines above: so the picture has no circles.
        if (!(prefix names[i] in is_folder)) complain("'" names[i] "' is not a folder above")
        may[folder, prefix names[i]] = 1
    }
    # Of the library's parts each sees libraries of its own; the sandbox's may share one.
    n = split(column[3], names, " ")
    for (i = 1; i <= n; i++) {
        if (is_library && names[i] in owner_of_library)
            complain(names[i] " is visible to " owner_of_library[names[i]] " already")
        owner_of_library[names[i]] = folder
        third[folder, names[i]] = 1
    }
    n = is_library ? split(column[4], names, " ") : 0
    for (i = 1; i <= n; i++) {
        if (names[i] in owner) complain(names[i] ".h has two owners")
        owner[names[i]] = folder
    }
    next
}

# --- The includes ---------------------------------------------------------------

# The program that a file belongs to: "tools/cli".
function program_of(path,    part) {
    split(path, part, "/")
    return part[1] "/" part[2]
}

# The layer that a file belongs to: "token", "tools/cli", "tools/sandbox/wire", "examples".
# The files beside a program's LAYERS put its folders together.
function layer_of(path,    part, n) {
    n = split(path, part, "/")
    if (part[1] == "src") return part[2]
    if (part[1] == "tools" && n > 3 && program_of(path) in is_layered)
        return program_of(path) "/" part[3]
    if (part[1] == "tools") return program_of(path)
    if (part[1] == "include" && part[3] != "") {
        sub(/\.h$/, "", part[3])
        return owner[part[3]]
    }
    return part[1]
}

function bare(name) {
    return substr(name, 2, length(name) - 2)
}

# What is included: "public NAME", "private FOLDER", "third LIBRARY" or "standard".
function kind_of(name,    part) {
    split(bare(name), part, "/")
    if (substr(name, 1, 1) == "\"") return "private " part[1]
    if (bare(name) == "entitle.h") return "public *"
    if (part[1] == "entitle") { sub(/\.h$/, "", part[2]); return "public " part[2] }
    sub(/\.h$/, "", part[1])
    if (part[1] in library) return "third " part[1]
    if (bare(name) in standard || part[1] ~ /^(sys|linux|net|netinet|arpa)$/) return "standard"
    return "unknown"
}

{
    match($0, /:[0-9]+:/)
    path = substr($0, 1, RSTART - 1)
    where = substr($0, 1, RSTART + RLENGTH - 2)
    name = substr($0, RSTART + RLENGTH)
    top = path
    sub(/\/.*/, "", top)
    layer = layer_of(path)
    program = top == "tools" ? program_of(path) : layer
    is_inside = layer != program # in a folder of the sandbox
    split(kind_of(name), kind, " ")

    if (top == "src" && !(layer in is_folder)) {
        complain("the folder '" layer "' is not in src/LAYERS")
    } else if (is_inside && !(layer in is_folder)) {
        complain("the folder '" layer "' is not in " program "/LAYERS")
    } else if (path ~ /^include\/entitle\// && layer == "") {
        complain("no folder of src/LAYERS owns this header")
    } else if (kind[1] == "unknown") {
        complain("does not know " name)
    } else if (kind[1] == "third" && (top == "include" ||
               !((layer, kind[2]) in third || (layer, bare(name)) in third))) {
        complain("may not see " kind[2] ": " name)
    } else if (kind[1] == "private" && top == "include") {
        complain("a public header includes a private one: " name)
    } else if (kind[1] == "private" && top == "src" && !((layer, kind[2]) in may)) {
        complain(layer " may not include " name)
    } else if (kind[1] == "private" && top != "src" && name ~ /\.\./) {
        complain("leaves its folder: " name)
    } else if (kind[1] == "private" && top != "src" && kind[2] in is_folder &&
               !((program, kind[2]) in may) && !((program, bare(name)) in may)) {
        complain(program " may use public headers only: " name)
    } else if (kind[1] == "private" && is_inside && !(kind[2] in is_folder) &&
               !((layer, program "/" kind[2]) in may)) {
        complain(layer " may not include " name)
    } else if (kind[1] == "public" && kind[2] == "*" && top == "src") {
        complain("the umbrella header hides who needs what: " name)
    } else if (kind[1] == "public" && kind[2] != "*" && !(kind[2] in owner)) {
        complain("no folder of src/LAYERS owns " name)
    } else if (kind[1] == "public" && kind[2] != "*" && layer in is_folder && !is_inside &&
               !((layer, owner[kind[2]]) in may)) {
        complain(layer " may not include " name)
    }
}

END { exit failed }
