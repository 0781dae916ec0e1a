#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real HTTP proxy to one server: connect_proxy.py NAME HOST:PORT DIR

Whoever sends `CONNECT NAME:443` gets a connection to HOST:PORT; no other name is known. DIR/port says where it listens, DIR/log
holds a line for each request, after the user that it came from. It ends when DIR is gone.
"""

from __future__ import annotations

import asyncio
import base64
import pathlib
import sys

NAME, TARGET, DIR = sys.argv[1], sys.argv[2].rsplit(":", 1), pathlib.Path(sys.argv[3])


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    request, *headers = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
    basic = next((header.split()[-1] for header in headers if header.lower().startswith("proxy-authorization: basic ")), "")
    with (DIR / "log").open("a") as log:
        log.write(f"{base64.b64decode(basic).decode().partition(':')[0]} {request}\n")
    if request.split()[:2] == ["CONNECT", f"{NAME}:443"]:
        source, sink = await asyncio.open_connection(*TARGET)
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await asyncio.gather(copy(reader, sink), copy(source, writer))
    else:
        writer.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
        writer.close()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except OSError:
        # One side has gone; the other one is told below.
        pass
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    (DIR / "port").write_text(str(server.sockets[0].getsockname()[1]))
    while DIR.exists():
        await asyncio.sleep(0.5)


asyncio.run(main())
