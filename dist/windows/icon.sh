#!/usr/bin/env bash
# Makes assets/icons/landline.ico of assets/icon.svg, in every size that Windows draws.
# Needs rsvg-convert (librsvg2-bin) and icotool (icoutils).
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
# The large ones are kept compressed, which Windows reads only in these.
small=() large=()
for size in 16 20 24 32 40 48 64 128 256; do
    png=$work/$size.png
    rsvg-convert -w "$size" -h "$size" assets/icon.svg -o "$png"
    if [ "$size" -lt 128 ]; then small+=("$png"); else large+=("--raw=$png"); fi
done
icotool --create --output=assets/icons/landline.ico "${small[@]}" "${large[@]}"
