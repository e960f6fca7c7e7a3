#!/usr/bin/env bash
# Removes what install.sh installed, and nothing else: settings, the list of downloads and logs are kept. When run from
# the archive, give it the same --prefix DIR as install.sh.
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
# The installed copy is next to its list.
[ ! -f "$here/installed" ] || list=$here/installed
if [ ! -f "$list" ]; then
    echo "Landline is not installed here: $list is missing." >&2
    exit 1
fi
mapfile -t paths <"$list"
rm -f "$list"
for path in "${paths[@]}"; do
    case $path in
        */) rmdir "$path" 2>/dev/null || true ;; # not empty
        *) rm -f "$path" ;;
    esac
done
echo "Landline was uninstalled."
