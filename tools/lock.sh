#!/bin/sh
# Writes every lock file anew: exact versions and hashes, and no address of where to get them.
#
# In: pyproject.toml, requirements/*.in, package.json. Out: requirements/*.txt, package-lock.json.
# Options are passed on, so that `tools/lock.sh --upgrade` takes the newest allowed versions.
set -eu
cd "$(dirname "$0")/.."
export UV_CUSTOM_COMPILE_COMMAND="make lock"

compile() { # compile OUTPUT SOURCE...
    output=requirements/$1
    shift
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --output-file "$output" "$@"
}

compile development.txt --group dev "$@" pyproject.toml
compile bootstrap.txt --constraints requirements/development.txt requirements/bootstrap.in
compile node.txt "$@" requirements/node.in
compile go.txt "$@" requirements/go.in

NPM=${NPM:-npm}
"$NPM" install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund
.venv/bin/python tools/strip_lock.py package-lock.json
