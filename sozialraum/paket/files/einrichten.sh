#!/bin/sh
# @setup@
cd "$(dirname "$0")" || exit 1
place="${SOZIALRAUM_UMGEBUNG:-${XDG_DATA_HOME:-$HOME/.local/share}/sozialraum/umgebung}"
python="$(command -v python@python@)"
if [ -z "$python" ]; then
    echo "@no_python@" >&2
    exit 1
fi
echo "@installing@"
"$python" -m venv "$place" &&
    "$place/bin/python" -m pip install --quiet --disable-pip-version-check --no-index \
        --require-hashes --find-links @wheels@ -r @list@ &&
    "$place/bin/python" -I -m sozialraum --version &&
    "$place/bin/python" -I -m sozialraum warm &&
    echo "@ready@" && exit 0
echo "@failed@" >&2
exit 1
