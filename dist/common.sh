# shellcheck shell=bash disable=SC2034
# What the scripts that make and check packages have in common. They source it from the project's folder.

# The version has one place, Cargo.toml.
version=$(cargo pkgid)
version=${version##*[#@]}
# A version that is being prepared comes before it in Debian's order, too.
debian=${version/-/'~'}
# Where cargo puts what it builds, and where the packages go.
built=${CARGO_TARGET_DIR:-target}
out=dist/out

# Runs cargo so that the program names no path of this machine. The separator allows for spaces in them.
without_paths() {
    local separator=$'\x1f'
    local registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
    CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$registry=crates${separator}--remap-path-prefix=$PWD=landline" "$@"
}
