# SPDX-License-Identifier: Apache-2.0
# Before CPack packs them: what Debian wants to be otherwise than `cmake --install` leaves it.

set(here ${CMAKE_CURRENT_LIST_DIR})
unset(ENV{DESTDIR}) # that of the component which was installed last
if(CPACK_DEBIAN_PACKAGE_ARCHITECTURE)
    set(ENV{DEB_HOST_ARCH} ${CPACK_DEBIAN_PACKAGE_ARCHITECTURE}) # for dpkg-shlibdeps
endif()

function(run)
    execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# FILE...: without a name and a date in them.
function(compress)
    if(ARGN)
        run(gzip -9 -n -f ${ARGN})
    endif()
endfunction()

function(add_terms package usr)
    set(folder ${usr}/share/doc/${package})
    file(INSTALL ${here}/copyright ${CPACK_ENTITLE_CHANGELOG} DESTINATION ${folder}
        MESSAGE_NEVER)
    compress(${folder}/changelog)
endfunction()

# The licence is in /usr/share/common-licenses.
function(finish_documents usr)
    set(folder ${usr}/share/doc/entitle)
    file(REMOVE ${folder}/LICENSE)
    file(GLOB changes ${folder}/CHANGELOG.md)
    compress(${changes})
endfunction()

function(finish_pages usr)
    file(GLOB_RECURSE pages ${usr}/share/man/*.[137])
    compress(${pages})
endfunction()

function(finish_completions usr)
    if(EXISTS ${usr}/share/zsh/site-functions)
        file(RENAME ${usr}/share/zsh/site-functions ${usr}/share/zsh/vendor-completions)
    endif()
endfunction()

# CMake leaves these as they are.
function(strip_archives usr)
    file(GLOB_RECURSE archives ${usr}/lib/*.a)
    if(archives)
        run(${CPACK_ENTITLE_STRIP} --strip-debug --enable-deterministic-archives
            --remove-section=.comment ${archives})
    endif()
endfunction()

# Where the program is /usr/bin/entitle-agent, as the unit says.
function(add_unit component usr)
    if(component STREQUAL "entitle-meter")
        file(INSTALL ${here}/../../examples/agent/entitle-agent.service
            DESTINATION ${usr}/lib/systemd/system MESSAGE_NEVER)
    endif()
endfunction()

foreach(component ${CPACK_COMPONENTS_ALL})
    set(usr ${CPACK_TEMPORARY_DIRECTORY}/${component}/usr)
    string(TOUPPER ${component} upper)
    add_terms(${CPACK_DEBIAN_${upper}_PACKAGE_NAME} ${usr})
    add_unit(${component} ${usr})
    finish_documents(${usr})
    finish_pages(${usr})
    finish_completions(${usr})
    strip_archives(${usr})
endforeach()
