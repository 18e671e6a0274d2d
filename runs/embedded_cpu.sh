#!/usr/bin/env bash
# Make the shipped model on a CPU, stage by stage:
#     bash runs/embedded_cpu.sh [--minutes N] [--recipe NAME] [--root FOLDER]
# --minutes is the budget of every training stage; without it each one takes its full number of
# steps. Call it again after an interruption: finished stages are kept, others go on where they were.
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
. runs/environment

recipe=embedded
options=()
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
    --minutes) options+=(--minutes "$2") ;;
    --recipe) recipe=$2 ;;
    --root) options+=(--root "$(realpath -m "$here/$2" 2>/dev/null || echo "$2")") ;;
    *) fail "unknown option $1; known are --minutes, --recipe and --root" ;;
    esac
    shift 2
done

# One process a stage: each gives its memory back.
for stage in judge_near judge_find judge world basis text transformer dreams decoder polish upscaler; do
    echo "himmel: $recipe, $stage"
    "$python" -m himmel_recipes "$recipe" --stage "$stage" ${options[@]+"${options[@]}"}
done
echo "himmel: $recipe, export"
"$python" -m himmel_recipes "$recipe" ${options[@]+"${options[@]}"}
