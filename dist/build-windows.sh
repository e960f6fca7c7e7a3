#!/usr/bin/env bash
# Makes landline-VERSION-x86_64-windows.zip and landline-VERSION-x86_64-windows-setup.exe in dist/out, on Linux.
# Needs: mingw-w64 (gcc-mingw-w64-x86-64), makensis (nsis), zip, Python 3.8, and Rust's target:
#   rustup target add x86_64-pc-windows-gnu
# CARGO_ARGS in the environment is added to `cargo build`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dist/common.sh
. dist/common.sh
target=x86_64-pc-windows-gnu
out=$PWD/$out

name=landline-$version-x86_64-windows

read -ra more <<<"${CARGO_ARGS:-}"
without_paths cargo build --profile dist --locked --features console --target "$target" "${more[@]}"
program=$built/$target/dist/landline.exe
program=$(realpath "$program")
console=${program%.exe}-console.exe

# Without its manifest it would have old-style dialogs and blurred text; build.rs only warns if windres is missing.
if ! grep -aq PerMonitorV2 "$program"; then
    echo "$program has no manifest: is x86_64-w64-mingw32-windres installed?" >&2
    exit 1
fi

mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
mkdir "$work/$name"
cp "$program" README.md LICENSE-MIT LICENSE-APACHE "$work/$name/"
cp "$console" "$work/$name/landline.com"
python3 dist/licences.py "$target" >"$work/$name/LICENCES.txt"
rm -f "$out/$name.zip"
(cd "$work" && zip -q -X -r "$out/$name.zip" "$name")

makensis -V2 -INPUTCHARSET UTF8 "-DVERSION=$version" "-DNUMBERS=${version%%[-+]*}.0" "-DPROGRAM=$program" \
    "-DCONSOLE=$console" "-DLICENCES=$work/$name/LICENCES.txt" "-DOUT=$out/$name-setup.exe" dist/windows/installer.nsi

dist/checksums.sh
du -b "$program" "$out/$name.zip" "$out/$name-setup.exe"
