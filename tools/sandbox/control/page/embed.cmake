# SPDX-License-Identifier: Apache-2.0
#
# cmake -D OUTPUT=page_files.c -D FOLDER=… -D "FILES=index.html;style.css;…" -P embed.cmake
#
# Writes the files of the page as C. index.html is found at "", the others at page/NAME.
set(type.css "text/css; charset=utf-8")
set(type.html "text/html; charset=utf-8")
set(type.js "text/javascript; charset=utf-8")
set(type.svg "image/svg+xml")

set(arrays "")
set(rows "")
set(index 0)
foreach(name IN LISTS FILES)
    file(READ "${FOLDER}/${name}" bytes HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
    string(REGEX REPLACE "(................................................................................)"
        "\\1\n" bytes "${bytes}")
    file(SHA256 "${FOLDER}/${name}" digest)
    string(SUBSTRING "${digest}" 0 32 digest)
    get_filename_component(kind "${name}" LAST_EXT)
    set(path "page/${name}")
    if(name STREQUAL "index.html")
        set(path "")
    endif()
    string(APPEND arrays "static const unsigned char file_${index}[] = {\n${bytes}\n};\n\n")
    string(APPEND rows
        "    { \"${path}\", \"${type${kind}}\", \"\\\"${digest}\\\"\", file_${index}, sizeof(file_${index}) },\n")
    math(EXPR index "${index} + 1")
endforeach()

file(WRITE "${OUTPUT}"
"/* SPDX-License-Identifier: Apache-2.0 */
#include \"control/page_files.h\"

${arrays}const page_file page_files[] = {
${rows}};
const size_t page_file_count = sizeof(page_files) / sizeof(page_files[0]);
")
