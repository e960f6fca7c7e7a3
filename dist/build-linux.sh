#!/usr/bin/env bash
# Makes dist/out/landline-VERSION-x86_64-linux.tar.gz (for one user, without root) and
# dist/out/landline_VERSION_amd64.deb. The same commit gives the same bytes.
#
# Needs Rust, git, Python 3.8 or later with venv, dpkg-deb, objdump (binutils) and gzip. The program is linked with
# zig, which pip installs, so that it runs on every Linux since 2014 and not only where it was built.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dist/common.sh
. dist/common.sh
umask 022
export LC_ALL=C

# The lowest version that Rust's standard library supports.
glibc=2.17
target=x86_64-unknown-linux-gnu
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
work=$built/package
tree=$work/tree

step() { printf '\n== %s (%s)\n' "$*" "$(date +%H:%M:%S)"; }

step "program, version $version"
mkdir -p "$built"
tools=$(realpath "$built")/zig
[ -x "$tools/bin/cargo-zigbuild" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.0
PATH=$tools/bin:$PATH without_paths cargo zigbuild --locked --profile dist --bin landline --target "$target.$glibc"
program=$built/$target/dist/landline
asked=$(objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
if [ "$(printf '%s\n' "GLIBC_$glibc" "$asked" | sort -V | tail -n 1)" != "GLIBC_$glibc" ]; then
    echo "it needs $asked, not $glibc" >&2
    exit 1
fi

step "what goes with it"
rm -rf "$work"
mkdir -p "$work" "$out"
cargo run --quiet --locked --example pages -- "$work/pages"
put() { install -D -m "${3:-644}" "$1" "$tree/$2"; }
put "$program" bin/landline 755
put dist/linux/landline.desktop share/applications/landline.desktop
for size in 16 32 48 64 128 256 512; do
    put "assets/icons/icon-$size.png" "share/icons/hicolor/${size}x$size/apps/landline.png"
done
put assets/icon.svg share/icons/hicolor/scalable/apps/landline.svg
id=internal.landline.landline
sed "s/@VERSION@/$version/; s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/" \
    "dist/linux/$id.metainfo.xml" >"$work/metainfo.xml"
put "$work/metainfo.xml" "share/metainfo/$id.metainfo.xml"
gzip -9nk "$work/pages/landline.1"
put "$work/pages/landline.1.gz" share/man/man1/landline.1.gz
put "$work/pages/landline.bash" share/bash-completion/completions/landline
put "$work/pages/landline.fish" share/fish/vendor_completions.d/landline.fish
# Screenshots and build instructions are only useful with the sources.
grep -v '^!\[' README.md >"$work/README.md"
put "$work/README.md" share/doc/landline/README.md
put SECURITY.md share/doc/landline/SECURITY.md
put CHANGELOG.md share/doc/landline/CHANGELOG.md
python3 dist/licences.py "$target" >"$work/LICENCES.txt"

step "the archive"
name=landline-$version-x86_64-linux
mkdir "$work/$name"
cp -r "$tree/bin" "$tree/share" dist/linux/install.sh dist/linux/uninstall.sh "$work/$name/"
mv "$work/$name/share/doc/landline/README.md" "$work/$name/"
cp LICENSE-APACHE LICENSE-MIT "$work/LICENCES.txt" "$work/$name/share/doc/landline/"
install -D -m 644 "$work/pages/_landline" "$work/$name/share/zsh/site-functions/_landline"
tar -C "$work" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    --format=gnu -cf - "$name" | gzip -9n >"$out/$name.tar.gz"

step "the package"
deb=$work/deb
mkdir -p "$deb/DEBIAN"
cp -r "$tree" "$deb/usr"
install -D -m 644 "$work/pages/_landline" "$deb/usr/share/zsh/vendor-completions/_landline"
doc=$deb/usr/share/doc/landline
{
    cat dist/linux/deb/copyright
    sed '1,2d; s/^$/./; s/^/ /' LICENSE-MIT
} >"$doc/copyright"
gzip -9nc "$work/LICENCES.txt" >"$doc/LICENCES.txt.gz"
gzip -9n "$doc/CHANGELOG.md"
maintainer=$(sed -n 's/^Maintainer: //p' dist/linux/deb/control)
printf 'landline (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.gz for what has changed.\n\n -- %s  %s\n' \
    "$debian" "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$doc/changelog.gz"
size=$(find "$deb/usr" -type f -printf "%s\n" | awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
sed "s/@VERSION@/$debian/; s/@GLIBC@/$glibc/; s/@SIZE@/$size/" \
    dist/linux/deb/control >"$deb/DEBIAN/control"
(cd "$deb" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
dpkg-deb --root-owner-group -Zxz --build "$deb" "$out/landline_${debian}_amd64.deb"
ls -l "$out"
