#!/usr/bin/env bash
# Makes dist/out/landline-VERSION-macos.dmg with Landline.app in it, for Macs with Intel and Apple processors.
#
# Needs a Mac with Xcode's command line tools and Rust from rustup. The application is signed ad hoc, without an Apple
# developer certificate, so each Mac asks once before it starts the program (see dist/README.md).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dist/common.sh
. dist/common.sh
umask 022

# The lowest version that Rust supports on Apple processors.
export MACOSX_DEPLOYMENT_TARGET=11.0
targets=(x86_64-apple-darwin aarch64-apple-darwin)
work=$built/macos
app=$work/dmg/Landline.app

rustup target add "${targets[@]}"
rm -rf "$work"
mkdir -p "$out" "$work/landline.iconset" "$app/Contents/MacOS" "$app/Contents/Resources"
programs=()
for target in "${targets[@]}"; do
    without_paths cargo build --locked --profile dist --bin landline --target "$target"
    programs+=("$built/$target/dist/landline")
done
lipo -create -output "$app/Contents/MacOS/landline" "${programs[@]}"

sed "s/@VERSION@/$version/; s/@SYSTEM@/$MACOSX_DEPLOYMENT_TARGET/" dist/macos/Info.plist >"$app/Contents/Info.plist"
plutil -lint "$app/Contents/Info.plist"
cp -R dist/macos/zh-Hans.lproj LICENSE-APACHE LICENSE-MIT "$app/Contents/Resources/"
python3 dist/licences.py "${targets[1]}" >"$app/Contents/Resources/LICENCES.txt"
# The @2x icon of one size is the icon of twice the size.
for size in 16 32 128 256 512; do
    cp "assets/icons/icon-$size.png" "$work/landline.iconset/icon_${size}x$size.png"
    cp "assets/icons/icon-$((size * 2)).png" "$work/landline.iconset/icon_${size}x$size@2x.png"
done
iconutil --convert icns --output "$app/Contents/Resources/landline.icns" "$work/landline.iconset"

codesign --force --sign - "$app"
codesign --verify --strict "$app"
"$app/Contents/MacOS/landline" --version
ln -s /Applications "$work/dmg/Applications"
hdiutil create -ov -volname Landline -srcfolder "$work/dmg" -format UDZO "$out/landline-$version-macos.dmg"
