# SPDX-License-Identifier: GPL-3.0-or-later
"""A chart repository and an OCI registry on this machine: sources.py start DIRECTORY (prints where they are), sources.py stop DIRECTORY.

The repository serves DIRECTORY; both log and leave their process ids there.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path


def free_port() -> int:
    with socket.socket() as candidate:
        candidate.bind(("127.0.0.1", 0))
        return candidate.getsockname()[1]


def start(directory: Path) -> dict:
    ports = {name: free_port() for name in ("repository", "registry")}
    commands = {
        "repository": [sys.executable, "-m", "http.server", str(ports["repository"]), "--bind", "127.0.0.1", "--directory", str(directory)],
        "registry": ["registry", f"127.0.0.1:{ports['registry']}"],
    }
    for name, command in commands.items():
        with (directory / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        (directory / f"{name}.pid").write_text(str(process.pid))
    for port in ports.values():
        wait_for(port)
    return {"repository": f"http://127.0.0.1:{ports['repository']}", "registry": f"oci://127.0.0.1:{ports['registry']}/charts"}


def wait_for(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    sys.exit(f"nothing listens on port {port}")


def stop(directory: Path) -> None:
    for file in directory.glob("*.pid"):
        try:
            os.kill(int(file.read_text()), signal.SIGTERM)
        except ProcessLookupError:
            pass  # it ended by itself
        file.unlink()


if __name__ == "__main__":
    command, where = sys.argv[1], Path(sys.argv[2])
    if command == "start":
        print(json.dumps(start(where)))
    else:
        stop(where)
