# SPDX-License-Identifier: GPL-3.0-or-later
# `make demo` does the main job on a throwaway kind cluster, `make test` passes the tests; `make help` lists the rest.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
SCENARIO ?=
IN_LAB = eval "$$(lab/lab env)" && export ANSIBLE_CALLBACK_RESULT_FORMAT=yaml &&

.PHONY: help lab env demo test sanity units integration charts standin lint kubernetes molecule docs bench build clean distclean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

lab: ## a Ready kind cluster, from package registries where no container registry can be reached
	@lab/lab up

env: ## the exports for a shell: eval "$(make -s env)"
	@lab/lab env

demo: lab ## Redis Cluster, its proof and the platform, on the laboratory; stays until `make clean`
	@$(IN_LAB) ansible-playbook playbooks/site.yml -i examples/inventory.yml -l demo

test: lab sanity units integration charts standin lint kubernetes molecule ## everything; a few of the parts alone: make units lint

sanity: ## ansible-test sanity, no ignore entries
	@$(IN_LAB) tests/run sanity

units: ## unit tests of the plugins
	@$(IN_LAB) tests/run units

integration: ## modules against real Redis processes on loopback
	@$(IN_LAB) tests/run integration

charts: ## the embedded chart, rendered and refused; the values for every range of Bitnami's
	@$(IN_LAB) python -m pytest -q tests/chart && python -m pytest -q tests/charts_matrix

standin: ## the laboratory's stand-in for the platform, against real Redis
	@$(IN_LAB) python -m pytest -q lab/standin/tests

lint: ## ansible-lint (profile production), yamllint, shellcheck, changelog
	@$(IN_LAB) shellcheck -x lab/lab lab/node/runc-wrapper lab/node/assemble.sh lab/images/bitnami/*.sh tests/run tests/bench/shell-loop molecule/redis-cli .ci/run && yamllint --strict . && antsibull-changelog lint && ansible-lint --offline --profile production

kubernetes: lab ## modules against the laboratory, or one playbook: make kubernetes PLAYBOOK=access
	@$(IN_LAB) ansible-playbook tests/kubernetes/$(or $(PLAYBOOK),*).yml

molecule: lab ## all scenarios, two at a time, or one: make molecule SCENARIO=restart
	@$(IN_LAB) molecule test $(if $(SCENARIO),--scenario-name $(SCENARIO) --destroy never,--all --workers 2 --continue-on-failure)

docs: ## docs/checks.md, out of the checks' own texts
	@$(IN_LAB) docs/generate.py

bench: lab ## figures of the gate, on the laboratory and on loopback, into docs/benchmarks.md
	@$(IN_LAB) tests/bench/bench.py

build: ## the collection's archive
	@$(IN_LAB) ansible-galaxy collection build --force

clean: ## remove the clusters and stop what the laboratory started
	@lab/lab clean

distclean: ## clean, and the caches too
	@lab/lab distclean
