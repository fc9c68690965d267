#!/usr/bin/env bash
# Checks one pack: its problems, then the form of its files and its cases.
#
# RULEOUT  the program
# PACK     the folder of the pack
# FORMAT   true: the form of its files counts
# TEST     true: its cases count
# SARIF    a file for the problems as SARIF; else empty
set -euo pipefail

# Runs something out of sight unless somebody opens it, and says in one line what to do where it fails.
failed=0
hold() {
  local title=$1 advice=$2
  shift 2
  echo "::group::$title"
  local status=0
  "$@" || status=$?
  echo "::endgroup::"
  if [ "$status" -ne 0 ]; then
    echo "::error title=$title::$advice"
    failed=1
  fi
}

# This writes what GitHub shows beside the lines. A pack with errors has no answers, and what they hide comes later: that is the end.
outputs=(--format github)
[ -z "$SARIF" ] || outputs+=("--format=sarif=$SARIF")
"$RULEOUT" check "$PACK" "${outputs[@]}"

if [ "$FORMAT" = true ]; then
  hold fmt "not in the one form: run \`ruleout fmt $PACK\`" "$RULEOUT" fmt --diff "$PACK"
fi
if [ "$TEST" = true ]; then
  hold test "cases without their answer: run \`ruleout test $PACK\`" "$RULEOUT" test "$PACK"
fi
exit "$failed"
