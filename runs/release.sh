#!/usr/bin/env bash
# Put a trained model into the package, with a record of its making:
#     bash runs/release.sh RECORD [--recipe NAME [--set KEY=VALUE ...]]
# RECORD names the new folder under records/embedded, for example 2026-11-23_first_weights.
set -euo pipefail
cd "$(dirname "$0")/.."
. runs/environment

record=records/embedded/${1:?name the record}
recipe=embedded
[ "${2:-}" = --recipe ] && recipe=${3:?name the recipe}
root=${HIMMEL_CACHE:-$HOME/.cache/himmel}/train/$recipe

"$python" -m himmel_recipes "$recipe" --stage export "${@:4}"
rm -rf src/himmel/weights/default
mkdir -p src/himmel/weights "$record"
cp -r "$root/export" src/himmel/weights/default
cp "$root/runs/transformer/log.txt" "$record/log.txt"
for suite in adherence codec; do
    "$python" -m himmel.cli.main evaluate "$suite" --json >"$record/$suite.json"
done
"$python" -m himmel.cli.main evaluate verbs --n 160 --json >"$record/verbs.json"
"$python" -m himmel.cli.main bench generate --json >"$record/bench.json"
"$python" runs/sheets.py --out "$record"
"$python" runs/tables.py "$record" >"$record/README.md"
echo "himmel: the weights are in src/himmel/weights/default; say in $record/README.md how they came about, then commit"
