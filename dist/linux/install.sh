#!/usr/bin/env bash
# Installs Landline for you alone, without root: the program into ~/.local/bin, and what the menu needs into
# $XDG_DATA_HOME or ~/.local/share. With --prefix DIR into DIR/bin and DIR/share. Run it again to upgrade.
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
# What was installed, one path on a line, and what is in a folder before the folder.
list=$data/landline/installed
declare -A installs=()
made=()

# Makes a folder, and notes each that was not there.
folder() {
    [ -d "$1" ] && return
    folder "$(dirname "$1")"
    mkdir "$1"
    made+=("$1/")
}

# Puts file $1 at $2, with the mode $3. A program that runs keeps what it has.
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

# The menu may not look into $bin, so that the entry says where the program is; quoted for the entry's Exec key, and
# the backslashes once more for the file.
quoted=$(printf '%s' "$bin/landline" | sed 's/[\\"`$]/\\&/g; s/\\/\\\\/g; s/%/%%/g')
entry=$data/applications/landline.desktop
while IFS= read -r line; do
    case $line in Exec=*) line="Exec=\"$quoted\"" ;; esac
    printf '%s\n' "$line"
done <"$here/share/applications/landline.desktop" >"$entry.new"
mv -f "$entry.new" "$entry"

# What an older version had and this one has not goes; folders that were made then are still ours.
while IFS= read -r path; do
    case $path in
        */) made+=("$path") ;;
        *) [ -n "${installs[$path]-}" ] || rm -f "$path" ;;
    esac
done <"$before"
printf '%s\n' "${!installs[@]}" ${made[@]+"${made[@]}"} | LC_ALL=C sort -ru >"$list.new"
mv -f "$list.new" "$list"
# Menus notice new icons by this.
touch "$data/icons/hicolor"

echo "Landline is in the menu, and here: $bin/landline"
case ":$PATH:" in
    *":$bin:"*) ;;
    *) echo "$bin is not in your PATH: commands need the whole path, or a new login." ;;
esac
echo "To remove it: $data/landline/uninstall.sh"
