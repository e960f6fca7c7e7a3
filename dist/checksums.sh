#!/usr/bin/env bash
# Writes dist/out/SHA256SUMS, of this version's packages there. Needs cargo, and sha256sum or a Mac's shasum.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=dist/common.sh
. dist/common.sh
cd "$out"
sum=(sha256sum)
command -v sha256sum >/dev/null || sum=(shasum -a 256)
sums=$("${sum[@]}" ./landline[-_]"${version%%-*}"*)
printf '%s\n' "$sums" | sed 's|\./||' | tee SHA256SUMS
