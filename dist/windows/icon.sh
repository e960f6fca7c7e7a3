#!/usr/bin/env bash
# Makes assets/icons/landline.ico from assets/icon.svg, in every size that Windows uses, and the image on the
# installer's last page. Needs rsvg-convert (librsvg2-bin), icotool (icoutils) and convert (imagemagick).
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
# The large ones are stored as PNG, which Windows reads only in these sizes.
small=() large=()
for size in 16 20 24 32 40 48 64 128 256; do
    png=$work/$size.png
    rsvg-convert -w "$size" -h "$size" assets/icon.svg -o "$png"
    if [ "$size" -lt 128 ]; then small+=("$png"); else large+=("--raw=$png"); fi
done
icotool --create --output=assets/icons/landline.ico "${small[@]}" "${large[@]}"
convert -size 164x314 xc:'#f4f6f8' \( "$work/128.png" -resize 96x96 \) -gravity center -composite \
    -alpha off -colors 256 -type Palette "BMP3:dist/windows/sidebar.bmp"
