#!/usr/bin/env bash
# Checks one pack: its problems, then its formatting and its cases.
#
# RULEOUT  the program
# PACK     the folder of the pack
# FORMAT   true: formatting is checked
# TEST     true: its cases are run
# SARIF    a file for the problems as SARIF; empty for none
set -euo pipefail

# Runs a command in a folded group, and says in one line what to do if it fails.
failed=0
step() {
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

# These are the problems that GitHub shows beside the lines. A pack with errors cannot be tested, so the script ends here.
outputs=(--format github)
[ -z "$SARIF" ] || outputs+=("--format=sarif=$SARIF")
"$RULEOUT" check "$PACK" "${outputs[@]}"

if [ "$FORMAT" = true ]; then
  step fmt "not formatted: run \`ruleout fmt $PACK\`" "$RULEOUT" fmt --diff "$PACK"
fi
if [ "$TEST" = true ]; then
  # What fails is shown beside its case as well.
  step test "some cases fail: run \`ruleout test $PACK\`" "$RULEOUT" test "$PACK" --format text --format github
fi
exit "$failed"
