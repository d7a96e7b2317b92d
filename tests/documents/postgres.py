# SPDX-License-Identifier: Apache-2.0
"""A cluster of PostgreSQL for the documents that show one, in which db.internal is its socket."""

import glob
import os
import pwd
import shutil
import subprocess
from urllib.parse import quote


def programs():
    """The folder of initdb and pg_ctl; Debian has one for each version."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    return os.path.dirname(found[-1] if found else shutil.which("initdb") or "")


def is_installed():
    return bool(programs())


class Cluster:
    """The server runs as an unprivileged user, since it refuses root."""

    def __init__(self, folder):
        self.programs = programs()
        self.folder = str(folder)
        self.user = {}
        os.mkdir(self.folder)
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            os.chmod(os.path.dirname(self.folder), 0o755)
            self.user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.do("initdb", "-D", f"{self.folder}/data", "-U", "postgres", "-A", "trust", "-N")
        self.do("pg_ctl", "-D", f"{self.folder}/data", "-w", "-l", f"{self.folder}/log", "-o",
                f"-c listen_addresses= -c unix_socket_directories={self.folder} -c fsync=off", "start")

    def do(self, program, *arguments):
        subprocess.run([f"{self.programs}/{program}", *arguments], check=True, timeout=120,
                       stdout=subprocess.DEVNULL, cwd=self.folder, **self.user)

    def translate(self, text):
        return text.replace("@db.internal/", f"@{quote(self.folder, safe='')}/")

    def stop(self):
        self.do("pg_ctl", "-D", f"{self.folder}/data", "-m", "immediate", "stop")
