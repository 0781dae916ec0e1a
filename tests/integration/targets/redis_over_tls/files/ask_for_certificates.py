#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""From now on the first node of the cluster in DIR (see loopback.py) lets nobody in without a certificate."""

from __future__ import annotations

import json
import os
import pathlib
import sys

import redis

state = json.loads((pathlib.Path(sys.argv[1]) / "state.json").read_text())
host, port = state["addrs"][0].split(":")
client = redis.Redis(host, int(port), password=os.environ["REDIS_PASSWORD"], ssl=True, ssl_ca_certs=state["ca"], protocol=2)
print(client.config_set("tls-auth-clients", "yes"))
