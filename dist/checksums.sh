#!/usr/bin/env bash
# Writes dist/out/SHA256SUMS for this version's packages. Needs cargo, and sha256sum or, on macOS, shasum.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dist/common.sh
. dist/common.sh
cd "$out"
sum=(sha256sum)
command -v sha256sum >/dev/null || sum=(shasum -a 256)
sums=$("${sum[@]}" ./landline[-_]"${version%%-*}"*)
printf '%s\n' "$sums" | sed 's|\./||' | tee SHA256SUMS
