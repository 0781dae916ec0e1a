#!/usr/bin/env python
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sends one command to each node of $REDIS_ADDRS, or to the one that --only counts from 0, after --after seconds."""

from __future__ import annotations

import argparse
import os
import time

import redis

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--after", type=float, default=0)
parser.add_argument("--only", type=int)
parser.add_argument("command", nargs="+")
options = parser.parse_args()

time.sleep(options.after)
for index, address in enumerate(os.environ["REDIS_ADDRS"].split()):
    if options.only in (None, index):
        host, port = address.split(":")
        print(redis.Redis(host, int(port), password=os.environ["REDIS_PASSWORD"], protocol=2).execute_command(*options.command))
