#!/bin/sh
# Installs the Debian packages that tests use and no Python or npm package brings.
#
# In: nothing. Out: the packages, where apt-get and its rights are there; otherwise a list of what
# the tests will skip. Never fails: a test that lacks its program skips and says so.
set -u

# package : what is left out without it
PACKAGES='
chromium : browser tests and screenshots of the public page
fonts-noto-cjk : Korean letters in screenshots and printed pages
mosquitto : collection over MQTT against a real broker
postgresql : every record store test on its second database
softhsm2 : tests of keys in a PKCS#11 token
'

installed() {
    dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

list_missing() {
    echo "$PACKAGES" | while IFS=' :' read -r package _; do
        [ -z "$package" ] || installed "$package" || echo "$package"
    done
}

missing=$(list_missing)
[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word a package
    apt-get install --yes --quiet --no-install-recommends $missing </dev/null >/dev/null 2>&1 ||
        { apt-get update --quiet </dev/null &&
            apt-get install --yes --quiet --no-install-recommends $missing </dev/null; } >&2
    missing=$(list_missing)
fi

[ -n "$missing" ] || exit 0
echo '**********************************************************************' >&2
echo 'These system packages are missing and could not be installed here:' >&2
for package in $missing; do
    echo "$PACKAGES" | grep "^$package :" | sed 's/^/  /; s/ : /  - SKIPPED without it: /' >&2
done
echo "To have them, as root: apt-get install" $missing >&2
echo '**********************************************************************' >&2
