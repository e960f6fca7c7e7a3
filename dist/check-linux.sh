#!/usr/bin/env bash
# Checks the output of dist/build-linux.sh: lints the files with the tools that define their formats, and installs,
# upgrades and removes the archive and the package. Nothing outside a temporary folder is touched.
#
# Needs appstream, binutils, desktop-file-utils, dpkg, fish, lintian, man-db, mandoc, Python and zsh.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dist/common.sh
. dist/common.sh
archive=$PWD/$out/landline-$version-x86_64-linux.tar.gz
deb=$PWD/$out/landline_${debian}_amd64.deb
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
    echo "check-linux: $*" >&2
    exit 1
}
same() { [ "$1" = "$2" ] || fail "$3: \"$1\" instead of \"$2\""; }

echo "the archive"
tar -C "$tmp" -xf "$archive"
unpacked=$tmp/landline-$version-x86_64-linux
share=$unpacked/share
for notice in 'Copyright 2018 Source Foundry' 'Bitstream Vera' 'The Inter Project' 'the typeface Noto Emoji'; do
    grep -q "$notice" "$share/doc/landline/LICENCES.txt" || fail "the licences do not name $notice"
done
desktop-file-validate "$share/applications/landline.desktop"
appstreamcli validate --no-net "$share/metainfo"/*.xml
gzip -dc "$share/man/man1/landline.1.gz" >"$tmp/landline.1"
same "$(mandoc -T lint -W warning "$tmp/landline.1" 2>&1)" "" "the manual page for mandoc"
same "$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$tmp/landline.1" 2>&1 >/dev/null)" "" \
    "the manual page for groff"
bash -n "$share/bash-completion/completions/landline"
zsh -n "$share/zsh/site-functions/_landline"
fish --no-execute "$share/fish/vendor_completions.d/landline.fish"
if strings "$unpacked/bin/landline" | grep -F -e "$HOME/." -e "$PWD/"; then
    fail "the program contains a path of this machine"
fi

echo "for one user"
home="$tmp/Ann \$ 100%"
mkdir -p "$home/.local/share/applications" "$home/.config/landline"
user() { (cd / && env -u XDG_DATA_HOME HOME="$home" PATH=/usr/bin:/bin "$@"); }
# The state before installing, which removing must restore, including the user's own files.
echo mine | tee "$home/.config/landline/settings.json" >"$home/.local/share/applications/other.desktop"
find "$home" | sort >"$tmp/before"
user "$unpacked/install.sh" >"$tmp/said"
same "$(user "$home/.local/bin/landline" --version)" "landline $version" "the installed program"
desktop-file-validate "$home/.local/share/applications/landline.desktop"
python3 - "$home" <<'EOF' || fail "the menu entry does not start it"
import os, re, sys
entry = open(sys.argv[1] + "/.local/share/applications/landline.desktop", encoding="utf-8").read()
# As the Desktop Entry Specification says: first the file's escapes, then the quotes, then the percent codes.
line = re.search(r"^Exec=(.*)$", entry, re.M)[1].replace("\\\\", "\\")
path = re.sub(r'\\([\\"`$])', r"\1", re.fullmatch(r'"(.*)"', line)[1]).replace("%%", "%")
sys.exit(not os.access(path, os.X_OK))
EOF
find "$home" | sort >"$tmp/installed"
echo "an upgrade, and files that the new version no longer has"
old=$home/.local/share/doc/landline/OLD/NEWS
mkdir "$(dirname "$old")"
touch "$old"
printf '%s\n' "$old" "$(dirname "$old")/" >>"$home/.local/share/landline/installed"
user "$unpacked/install.sh" >/dev/null
[ ! -e "$old" ] || fail "a file of the old version is left"
find "$home" | grep -v '/OLD$' | sort | diff "$tmp/installed" -
mkdir "$home/.local/share/landline/logs"
user "$home/.local/share/landline/uninstall.sh" >/dev/null
rmdir "$home/.local/share/landline/logs" "$home/.local/share/landline"
find "$home" | sort | diff "$tmp/before" -
! user "$unpacked/uninstall.sh" 2>/dev/null || fail "it can be removed twice"

echo "with a prefix"
user "$unpacked/install.sh" --prefix "$tmp/a prefix" >/dev/null
same "$("$tmp/a prefix/bin/landline" --version)" "landline $version" "the program in the prefix"
user "$unpacked/uninstall.sh" --prefix "$tmp/a prefix" >/dev/null
same "$(find "$tmp/a prefix")" "$tmp/a prefix" "the prefix"
find "$home" | sort | diff "$tmp/before" -

echo "the package"
lintian --allow-root --fail-on error,warning "$deb"
same "$(dpkg-deb --field "$deb" Version)" "$debian" "the package's version"
dpkg-deb --extract "$deb" "$tmp/root"
same "$("$tmp/root/usr/bin/landline" --version)" "landline $version" "the package's program"
desktop-file-validate "$tmp/root/usr/share/applications/landline.desktop"
diff -r "$tmp/root/usr/share/icons" "$share/icons"
dpkg-deb --control "$deb" "$tmp/control"
(cd "$tmp/root" && md5sum --quiet --check "$tmp/control/md5sums")
echo "all checks passed"
