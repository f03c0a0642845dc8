#!/bin/sh
place="${SOZIALRAUM_UMGEBUNG:-${XDG_DATA_HOME:-$HOME/.local/share}/sozialraum/umgebung}"
if [ ! -x "$place/bin/python" ]; then
    echo "@not_set_up@" >&2
    exit 1
fi
exec "$place/bin/python" -I -m sozialraum assistent "$@"
