#!/bin/sh
# Make the virtual environment $1 with everything requirements.lock names, checked by hash.
# uv installs it in seconds; plain pip does the same where uv cannot be had.
set -eu
venv=$1

fits() { "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; }

python=
for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "setup: Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=/path/to/python3.12 …" >&2
    exit 1
fi

lock_entry() { awk -v name="$1" '/^[A-Za-z0-9]/ { wanted = index($0, name "==") == 1 } wanted' requirements.lock; }

if command -v uv >/dev/null 2>&1; then
    uv=uv
    [ -x "$venv/bin/python" ] || uv venv --quiet --python "$python" "$venv"
else
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv" || {
        echo "setup: this Python cannot make a virtual environment; on Debian: apt install python3-venv" >&2
        exit 1
    }
    uv=$venv/bin/uv
    if ! [ -x "$uv" ]; then
        lock_entry uv > "$venv/uv.lock"
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
            -r "$venv/uv.lock" || uv=
    fi
fi

install() {
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python "$venv/bin/python" "$@" && return
        echo "setup: uv could not install, trying pip" >&2
        [ -x "$venv/bin/pip" ] || "$venv/bin/python" -m ensurepip >/dev/null
    fi
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

echo "setup: installing $(grep -c '^[A-Za-z0-9].*==' requirements.lock) locked packages into $venv" >&2
install --require-hashes -r requirements.lock
install --no-deps --no-build-isolation --editable .
