# SPDX-License-Identifier: Apache-2.0
#
# Usage: awk -v folder=MAN3 -f header.awk include/entitle.h [include/entitle/NOUN.h]
#
# Writes the page entitle_NOUN.3 of a public header, from its declarations and comments, and
# for each function a page that leads to it. Of the umbrella header alone: libentitle.3.
#
# A header is read as blocks between empty lines: a comment, declarations, or a comment above
# declarations. Comments are plain text, with "  - " and "  1. " for lists.

function escape(text) {
    gsub(/\\/, "\\e", text)
    return text
}

function put(text) { out[++lines] = text }

# Each sentence on a line of its own, as mdoc wants it.
function put_text(text,    count, sentence, i) {
    text = escape(text)
    while (match(text, /`[^`]+`/)) {
        text = substr(text, 1, RSTART - 1) "\\fI" substr(text, RSTART + 1, RLENGTH - 2) "\\fR" \
            substr(text, RSTART + RLENGTH)
    }
    if (wants_paragraph) {
        put(".Pp")
        wants_paragraph = 0
    }
    count = split(text, sentence, /\. +/)
    for (i = 1; i <= count; i++) {
        put((sentence[i] ~ /^[.']/ ? "\\&" : "") sentence[i] (i < count ? "." : ""))
    }
}

function end_list() {
    if (in_list) {
        put(".El")
        wants_paragraph = 1
    }
    in_list = 0
}

function put_item(kind, text) {
    wants_paragraph = 0
    if (!in_list) {
        put(".Bl -" kind " -width 3n -compact")
    }
    in_list = 1
    put(".It")
    put_text(text)
}

# A comment, its marks taken off, one line after the other.
function put_comment(count, comment,    i, line) {
    for (i = 1; i <= count; i++) {
        line = comment[i]
        if (line == "") {
            if (!in_list) wants_paragraph = 1
        } else if (line ~ /^  - /) {
            put_item("bullet", substr(line, 5))
        } else if (line ~ /^  [0-9]\. /) {
            put_item("enum", substr(line, 6))
        } else if (in_list && line ~ /^   /) {
            sub(/^ +/, "", line)
            put_text(line)
        } else if (line ~ /^  /) {
            wants_paragraph = 0
            put(".Dl " escape(substr(line, 3)))
            wants_paragraph = 0
        } else if (line ~ /^https:/) {
            end_list()
            wants_paragraph = 0
            put(".Lk " line)
        } else {
            end_list()
            put_text(line)
        }
    }
    end_list()
    wants_paragraph = 1
}

# Takes "/*", " * " and "*/" off.
function plain(line) {
    sub(/^ *\/\*+ ?/, "", line)
    sub(/ *\*+\/$/, "", line)
    sub(/^ \*( |$)/, "", line)
    return line
}

function put_code(    i, line) {
    wants_paragraph = 0
    put(".Bd -literal")
    for (i = 1; i <= code_count; i++) {
        line = escape(code[i])
        put(line ~ /^[.']/ ? "\\&" line : line)
    }
    put(".Ed")
    wants_paragraph = 1
}

# "const char *entitle_x(int a, int b)" into .Ft, .Fo, .Fa and .Fc, for the synopsis.
function declare(text,    name, type, arguments, count, i, part) {
    sub(/^ENTITLE_CHECKED /, "", text)
    match(text, /entitle_[a-z0-9_]+ ?\(/)
    type = substr(text, 1, RSTART - 1)
    name = substr(text, RSTART, RLENGTH - 1)
    arguments = substr(text, RSTART + RLENGTH)
    sub(/ +$/, "", name)
    sub(/ +$/, "", type)
    sub(/\)$/, "", arguments)
    synopsis[++synopses] = ".Ft \"" type "\"\n.Fo " name
    count = split(arguments, part, ", ")
    for (i = 1; i <= count; i++) {
        synopsis[synopses] = synopsis[synopses] "\n.Fa \"" part[i] "\""
    }
    synopsis[synopses] = synopsis[synopses] "\n.Fc"
    functions[++function_count] = name
    put(".It Fn " name)
}

# The functions of a block, and what the comment above them, or behind one, says.
function put_functions(    i, text, remark, remarks) {
    remarks = 0
    for (i = 1; i <= code_count; i++) {
        if (match(code[i], /\/\*.*\*\//)) {
            remark[++remarks] = plain(substr(code[i], RSTART, RLENGTH))
            code[i] = substr(code[i], 1, RSTART - 1)
        }
        text = text " " code[i]
        sub(/ +$/, "", text)
        if (text ~ /;$/) {
            gsub(/ +/, " ", text)
            gsub(/\( /, "(", text)
            sub(/^ /, "", text)
            sub(/;$/, "", text)
            declare(text)
            text = ""
        }
    }
    wants_paragraph = 0
    put_comment(comment_count, comment)
    put_comment(remarks, remark)
    wants_paragraph = 0
}

function is_opaque(    i) {
    for (i = 1; i <= code_count; i++) {
        if (code[i] !~ /^typedef struct [a-z_]+ [a-z_]+;$/) return 0
    }
    return 1
}

# DESCRIPTION comes before TYPES, wherever the header has its parts: one stays behind.
function end_block(    i) {
    if (comment_count == 1 && comment[1] ~ /^--- /) {
        sub(/^--- /, "", comment[1])
        sub(/ -+$/, "", comment[1])
        comment[1] = comment[1] ":"
    }
    if (!comment_count && !code_count) return
    if (!in_functions && (!code_count || is_opaque())) {
        for (i = 1; i <= comment_count; i++) about[++abouts] = comment[i]
        about[++abouts] = ""
        comment_count = 0
    }
    if (in_functions && code_count) {
        if (!in_tags) put(".Bl -tag -width Ds")
        in_tags = 1
        put_functions()
    } else if (comment_count || code_count) {
        if (in_tags) put(".El")
        in_tags = 0
        put_comment(comment_count, comment)
        if (code_count) put_code()
    }
    comment_count = code_count = 0
}

function read_line(line) {
    if (line ~ /^(#include|#ifndef ENTITLE_[A-Z]*_?H$|#define ENTITLE_[A-Z]*_?H$|#endif$|\/\* SPDX)/ && !depth) return
    if (line ~ /^ENTITLE_(BEGIN|END)_DECLS$/) {
        end_block()
        if (line ~ /BEGIN/) {
            types_end = lines
            wants_paragraph = 0
            in_functions = 1
        }
        return
    }
    if (line == "" && !depth && !in_comment) {
        end_block()
        return
    }
    if (in_comment || !code_count && line ~ /^ *\/\*/) {
        comment[comment_count + 1] = plain(line)
        if (line !~ /^ *\/\*+$/ && line !~ /^ \*\/$/) comment_count++
        in_comment = line !~ /\*\/$/
        return
    }
    code[++code_count] = line
    if (line !~ /\\$/) {
        depth += gsub(/\{/, "{", line) - gsub(/\}/, "}", line)
    }
}

function first_sentence(    text, i) {
    for (i = 1; i <= abouts && about[i] != ""; i++) text = text " " about[i]
    sub(/^ (The )?/, "", text)
    sub(/\. .*|\.$/, "", text)
    return text
}

# "#include <entitle/gate.h> /* ask and decide */"
FNR == NR && /^#include <entitle\// {
    noun = $2
    gsub(/<entitle\/|\.h>/, "", noun)
    nouns[++noun_count] = noun
    purpose[noun] = plain(substr($0, index($0, "/*")))
}
FNR == NR { umbrella[FNR] = $0; umbrella_lines = FNR }
FNR != NR { read_line($0) }

function start(title, of) {
    page = folder "/" title ".3"
    print ".\\\" SPDX-License-Identifier: Apache-2.0" >page
    print ".\\\" Made of " of " by docs/man/header.awk." >page
    print ".Dd " date "\n.Dt " toupper(title) " 3\n.Os\n.Sh NAME" >page
}

function print_library(name) {
    print ".Sh LIBRARY\nlib" name " (pkg-config --cflags --libs " name ")" >page
}

function finish_overview(    i) {
    for (i = 1; i <= umbrella_lines; i++) {
        if (umbrella[i] !~ /^#define/) read_line(umbrella[i])
    }
    end_block()
    start("libentitle", "entitle.h")
    print ".Nm libentitle\n.Nd the gate, offline verification and metering from C" >page
    print_library("entitle")
    print ".Sh SYNOPSIS\n.In entitle.h\n.Sh DESCRIPTION" >page
    lines = wants_paragraph = 0
    put_comment(abouts, about)
    put(".Ss Headers\n.Bl -tag -width Ds")
    for (i = 1; i <= noun_count; i++) {
        put(".It Xr entitle_" nouns[i] " 3\n<entitle/" nouns[i] ".h>: " purpose[nouns[i]] ".")
    }
    put(".It Xr entitle_meter 3\n<entitle/meter.h>, of libentitle-meter: the ledger of usage.")
    put(".It Xr entitle_licence 3\n<entitle/licence.h>, of libentitle-licence: licences that AWS does not meter.\n.El")
    for (i = 1; i <= lines; i++) print out[i] >page
    print ".Sh SEE ALSO\n.Xr entitle 1 ,\n.Xr entitle 7" >page
}

function finish(    i, title) {
    end_block()
    if (in_tags) put(".El")
    noun = FILENAME
    gsub(/.*\/|\.h$/, "", noun)
    title = "entitle_" noun
    start(title, "entitle/" noun ".h")
    printf ".Nm %s", title >page
    for (i = 1; i <= function_count; i++) {
        if (functions[i] != title) printf " ,\n.Nm %s", functions[i] >page
    }
    print "\n.Nd " (noun in purpose ? purpose[noun] : first_sentence()) >page
    print_library(noun == "meter" || noun == "licence" ? "entitle-" noun : "entitle")
    print ".Sh SYNOPSIS\n.In entitle/" noun ".h" >page
    for (i = 1; i <= synopses; i++) print synopsis[i] >page
    finish_body()
    print ".Sh SEE ALSO\n" (noun == "meter" ? ".Xr entitle-usage 1 ,\n" : "") \
        (noun == "licence" ? ".Xr entitle-licence 1 ,\n" : "") ".Xr libentitle 3" >page
    for (i = 1; i <= function_count; i++) {
        if (functions[i] != title) print ".so man3/" title ".3" >(folder "/" functions[i] ".3")
        close(folder "/" functions[i] ".3")
    }
}

function finish_body(    i, body, body_lines) {
    body_lines = lines
    for (i = 1; i <= lines; i++) body[i] = out[i]
    lines = wants_paragraph = 0
    put_comment(abouts, about)
    print ".Sh DESCRIPTION" >page
    for (i = 1; i <= lines; i++) print out[i] >page
    if (!in_functions) types_end = body_lines
    if (types_end) print ".Ss Types" >page
    for (i = 1; i <= types_end; i++) print body[i] >page
    if (body_lines > types_end) print ".Ss Functions" >page
    for (; i <= body_lines; i++) print body[i] >page
}

END {
    if (FNR == NR) finish_overview()
    else finish()
}
