#!/usr/bin/env bash
# Runs fuzz targets one after the other, starting from the texts of this repository: `fuzz/run.sh SECONDS [TARGET…]`.
# Continues after a finding, and fails at the end if there was one.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?how many seconds for each target?}
shift
if [ $# -eq 0 ]; then
  mapfile -t targets < <(cargo fuzz list)
else
  targets=("$@")
fi

failed=()
for target in "${targets[@]}"; do
  case $target in
    syntax | format) seeds=(tests/suite rules) ;;
    # Each of these takes a tenth of a second, and all seeds are run first.
    pack | manifest) seeds=(tests/suite/base tests/suite/broken-packs tests/suite/lints rules/printer) ;;
    document | facts_*) seeds=(tests/suite/broken-facts rules) ;;
    artefact | redact | collect) seeds=(tests/suite/readers rules/switch/cases) ;;
    message) seeds=(tests/suite/readers/bounces) ;;
    log) seeds=(tests/suite/readers/logs) ;;
    prose | probe) seeds=(tests/suite/readers/bounces tests/suite/readers/probes) ;;
    declared_tables) seeds=(tests/suite/declared tests/suite/readers/unpacking) ;;
    lsp_transport) seeds=(fuzz/seeds/lsp_transport) ;;
    *) seeds=() ;;
  esac
  mkdir -p "fuzz/corpus/$target"
  echo "== $target"
  # What is found goes into the first folder; the others are only read. Long inputs are tried from the start.
  cargo fuzz run "$target" "fuzz/corpus/$target" "${seeds[@]}" -- \
    -max_total_time="$seconds" -max_len=8192 -len_control=0 -timeout=20 -rss_limit_mb=4096 || failed+=("$target")
done

if [ ${#failed[@]} -gt 0 ]; then
  echo "findings in: ${failed[*]}" >&2
  exit 1
fi
