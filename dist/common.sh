# shellcheck shell=bash disable=SC2034
# Shared by the scripts that build and check packages. They source it from the project's folder.

# The version is in Cargo.toml only.
version=$(cargo pkgid)
version=${version##*[#@]}
# In Debian's order, too, a pre-release comes before the release.
debian=${version/-/'~'}
# Cargo's target folder, and where the packages go.
built=${CARGO_TARGET_DIR:-target}
out=dist/out

# Runs cargo so that the program contains no path of this machine. The separator allows spaces in paths.
without_paths() {
    local separator=$'\x1f'
    local registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
    CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=$registry=crates${separator}--remap-path-prefix=$PWD=landline" "$@"
}
