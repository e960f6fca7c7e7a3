#!/usr/bin/env bash
# Removes what install.sh installed, and nothing else: settings, the list of downloads and logs stay. From the
# archive it takes the --prefix DIR that install.sh was given.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $#:${1-} in
    0:) data=${XDG_DATA_HOME:-$HOME/.local/share} ;;
    2:--prefix) data=$2/share ;;
    *)
        echo "usage: uninstall.sh [--prefix DIR]" >&2
        exit 2
        ;;
esac
list=$data/landline/installed
# The installed copy knows its own place.
[ ! -f "$here/installed" ] || list=$here/installed
if [ ! -f "$list" ]; then
    echo "Landline is not installed here: $list is missing." >&2
    exit 1
fi
mapfile -t paths <"$list"
rm -f "$list"
for path in "${paths[@]}"; do
    case $path in
        */) rmdir "$path" 2>/dev/null || true ;; # somebody else has something in it
        *) rm -f "$path" ;;
    esac
done
echo "Landline is removed."
