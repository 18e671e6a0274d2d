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
mkdir -p src/himmel/weights "$record"
"$python" -m himmel.cli.main data check "$root"
"$python" -m himmel.cli.main evaluate memorisation --n 500 --model "$root/export" \
    --corpus "$root/world/small" --json >"$record/memorisation.json"
"$python" runs/gate.py "$record/memorisation.json"
rm -rf src/himmel/weights/default
cp -r "$root/export" src/himmel/weights/default
cp "$root/runs/transformer/log.txt" "$record/log.txt"
for suite in adherence codec; do
    "$python" -m himmel.cli.main evaluate "$suite" --json >"$record/$suite.json"
done
"$python" -m himmel.cli.main evaluate verbs --n 160 --json >"$record/verbs.json"
"$python" -m himmel.cli.main bench generate --json >"$record/bench.json"
"$python" -m himmel.cli.main models card default --record "$record"
"$python" runs/sheets.py --out "$record"
"$python" runs/tables.py "$record" >"$record/README.md"
echo "himmel: the weights are in src/himmel/weights/default; say in $record/README.md how they came about, then commit"
