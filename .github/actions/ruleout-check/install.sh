#!/usr/bin/env bash
# Finds or installs the program, and says where it is as RULEOUT in $GITHUB_ENV.
#
# RULEOUT     the program, where the caller has one; else empty
# ACTION      the folder of this action, in a checkout of Ruleout's repository
# REPOSITORY  owner/name of that repository, and
# REF         its tag, branch or commit; both are empty where the action is used from a checkout
# ROOT        a folder of our own, which may come from a cache
set -euo pipefail

found() {
  "$1" --version
  echo "RULEOUT=$1" >> "$GITHUB_ENV"
  exit 0
}

case $(uname -s) in
  MINGW* | MSYS*) exe=.exe ;;
  *) exe= ;;
esac

[ -z "$RULEOUT" ] || found "$RULEOUT"
[ ! -x "$ROOT/bin/ruleout$exe" ] || found "$ROOT/bin/ruleout$exe"

# The archive of a release, if that is what the caller asked for.
target() {
  case $(uname -sm) in
    "Linux x86_64") echo x86_64-unknown-linux-musl ;;
    "Linux aarch64") echo aarch64-unknown-linux-musl ;;
    "Darwin x86_64") echo x86_64-apple-darwin ;;
    "Darwin arm64") echo aarch64-apple-darwin ;;
    MINGW*x86_64 | MSYS*x86_64) echo x86_64-pc-windows-msvc ;;
  esac
}

fetch() {
  curl --fail --silent --show-error --location --retry 3 --output "$1" \
    "${GITHUB_SERVER_URL:-https://github.com}/$REPOSITORY/releases/download/$REF/$1"
}

if [[ $REF =~ ^v[0-9]+\.[0-9]+\.[0-9]+$ && -n $(target) ]]; then
  name=ruleout-${REF#v}-$(target)
  archive=$name.tar.gz
  [ -z "$exe" ] || archive=$name.zip
  cd "$(mktemp -d)"
  if fetch "$archive" && fetch SHA256SUMS; then
    # From here on every failure ends it: an archive that is not what was released is neither run nor quietly replaced.
    if command -v sha256sum > sum.log; then sum=(sha256sum); else sum=(shasum -a 256); fi
    grep -F "  $archive" SHA256SUMS | "${sum[@]}" --check -
    if [ -n "$exe" ]; then 7z x "$archive"; else tar -xzf "$archive"; fi
    mkdir -p "$ROOT/bin"
    cp "$name/ruleout$exe" "$ROOT/bin/"
    found "$ROOT/bin/ruleout$exe"
  fi
fi

# Otherwise from source: the action lies in a checkout of the very version that is wanted.
cd "$ACTION/../../.."
cargo install --locked --path . --root "$ROOT"
found "$ROOT/bin/ruleout$exe"
