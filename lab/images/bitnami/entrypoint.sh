#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What Bitnami's chart redis-cluster calls first; its image prepares files here, ours does all of it in run.sh.
exec "$@"
