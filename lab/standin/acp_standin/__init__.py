# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the Cloudentity platform, for laboratories: it keeps sessions, tokens and codes in Redis as the platform does."""

NAME = "acp-standin"
VERSION = "1"
NOTICE = "This is a stand-in for laboratories and tests. It is not the Cloudentity platform and keeps nothing safe."
