#!/usr/bin/env bash
# Writes dist/out/SHA256SUMS, of everything else there. Needs sha256sum, or a Mac's shasum.
set -euo pipefail
cd "$(dirname "$0")/out"
rm -f SHA256SUMS
sum=(sha256sum)
command -v sha256sum >/dev/null || sum=(shasum -a 256)
sums=$("${sum[@]}" ./*)
printf '%s\n' "$sums" | sed 's|\./||' | tee SHA256SUMS
