#!/usr/bin/env bash
# Installs Landline for the current user, without root: the program in ~/.local/bin, and the files for the menu in
# $XDG_DATA_HOME or ~/.local/share. With --prefix DIR, in DIR/bin and DIR/share. Run it again to upgrade.
set -euo pipefail
umask 022
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
case $#:${1-} in
    0:) bin=$HOME/.local/bin data=${XDG_DATA_HOME:-$HOME/.local/share} ;;
    2:--prefix)
        mkdir -p "$2"
        prefix=$(cd "$2" && pwd)
        bin=$prefix/bin data=$prefix/share
        ;;
    *)
        echo "usage: install.sh [--prefix DIR]" >&2
        exit 2
        ;;
esac
# The installed paths, one per line, the contents of a folder before the folder.
list=$data/landline/installed
declare -A installs=()
made=()

# Creates a folder and its parents, and records those that did not exist.
folder() {
    [ -d "$1" ] && return
    folder "$(dirname "$1")"
    mkdir "$1"
    made+=("$1/")
}

# Installs file $1 as $2 with mode $3. A running program keeps its old file.
put() {
    folder "$(dirname "$2")"
    cp "$1" "$2.new"
    chmod "$3" "$2.new"
    mv -f "$2.new" "$2"
    installs[$2]=1
}

before=/dev/null
[ ! -f "$list" ] || before=$list
folder "$(dirname "$list")"

put "$here/bin/landline" "$bin/landline" 755
while IFS= read -r -d '' file; do
    put "$here/share/$file" "$data/$file" 644
done < <(cd "$here/share" && find . -type f -printf '%P\0')
put "$here/uninstall.sh" "$data/landline/uninstall.sh" 755

# The menu may not search $bin, so the entry contains the program's path, quoted for the Exec key, with backslashes
# escaped once more for the file.
quoted=$(printf '%s' "$bin/landline" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g; s/%/%%/g')
entry=$data/applications/landline.desktop
while IFS= read -r line; do
    case $line in Exec=*) line="Exec=\"$quoted\"" ;; esac
    printf '%s\n' "$line"
done <"$here/share/applications/landline.desktop" >"$entry.new"
mv -f "$entry.new" "$entry"

# Remove files of an older version that this one no longer has; folders created then are still ours.
while IFS= read -r path; do
    case $path in
        */) made+=("$path") ;;
        *) [ -n "${installs[$path]-}" ] || rm -f "$path" ;;
    esac
done <"$before"
printf '%s\n' "${!installs[@]}" ${made[@]+"${made[@]}"} | LC_ALL=C sort -ru >"$list.new"
mv -f "$list.new" "$list"
# Makes menus notice new icons.
touch "$data/icons/hicolor"

echo "Landline is installed: in the menu, and as $bin/landline"
case ":$PATH:" in
    *":$bin:"*) ;;
    *) echo "$bin is not in your PATH: use the full path in a terminal, or log in again." ;;
esac
echo "To uninstall it, run $data/landline/uninstall.sh"
