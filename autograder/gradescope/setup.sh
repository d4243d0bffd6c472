#!/usr/bin/env bash
# Gradescope runs this once, as root, to prepare the machine; network on.
set -euo pipefail
ROOT="${AUTOGRADER_ROOT:-/autograder}"
SOURCE="$ROOT/source"
export DEBIAN_FRONTEND=noninteractive

# A Python that all pinned packages accept.
fitting_python() {
    for each in python3 python3.13 python3.12 python3.11; do
        if "$each" -c 'import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
            command -v "$each"
            return
        fi
    done
    return 1
}

if ! PYTHON=$(fitting_python); then
    apt-get update
    if ! apt-get install -y python3.12 python3.12-venv; then # Ubuntu before 24.04 has none
        apt-get install -y software-properties-common
        add-apt-repository -y ppa:deadsnakes/ppa
        apt-get install -y python3.12 python3.12-venv
    fi
    PYTHON=$(fitting_python)
fi

"$PYTHON" -m venv "$ROOT/venv"
VENV="$ROOT/venv/bin/python"
PIP=("$VENV" -m pip install --no-cache-dir --disable-pip-version-check)
if [ -e "$SOURCE/torch-index" ]; then # what torch needs comes from the usual place, below
    "${PIP[@]}" --no-deps --index-url "$(cat "$SOURCE/torch-index")" \
        "$(grep '^torch==' "$SOURCE/requirements.txt")"
fi
"${PIP[@]}" --requirement "$SOURCE/requirements.txt" --constraint "$SOURCE/constraints.txt"

# What would else be done again for each submission.
"$VENV" -m compileall -q "$SOURCE/autograder" "$SOURCE/helpers"
"$VENV" -c 'import matplotlib.font_manager'
