#!/usr/bin/env bash
# Train stages of a recipe on a CUDA machine that is lent for some minutes, and carry home what came out:
#     bash runs/gpu.sh --out FOLDER [--minutes 9] [--stages transformer] [--recipe embedded]
#                      [--root FOLDER] [--resume FOLDER] [--shard-mb 15] [--device cuda]
# Needs Python 3.11+, torch, numpy, numba, scipy, safetensors and pillow; nothing is installed.
# --root keeps the whole state (default: the cache folder): the next call on the same machine goes on
# bit for bit. --resume is an earlier --out: its weights are taken where --root holds none.
# --out gets the logs and a folder `model` with the weights that this call wrote, to be copied over
# an older model folder: at most 8 files of --shard-mb MiB each.
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
. runs/environment

from_here() { case $1 in /*) echo "$1" ;; *) echo "$here/$1" ;; esac; }

minutes=9 out='' stages=transformer recipe=embedded root='' resume='' shard_mb=15 device=cuda
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
    --minutes) minutes=$2 ;;
    --out) out=$(from_here "$2") ;;
    --stages) stages=$2 ;;
    --recipe) recipe=$2 ;;
    --root) root=$(from_here "$2") ;;
    --resume) resume=$(from_here "$2") ;;
    --shard-mb) shard_mb=$2 ;;
    --device) device=$2 ;;
    *) fail "unknown option $1; the head of runs/gpu.sh lists them" ;;
    esac
    shift 2
done
[ -n "$out" ] || fail "say where the results go: --out FOLDER"
root=${root:-$("$python" -c 'import sys; from himmel.core.env import train_dir; print(train_dir(sys.argv[1]))' "$recipe")}
mkdir -p "$root/model" "$out"
if [ -n "$resume" ]; then
    [ -d "$resume/model" ] || fail "$resume holds no folder model; give the --out of an earlier call"
    # Existing weights are newer: they stay.
    [ -n "$(ls -A "$root/model")" ] || cp -rp "$resume/model/." "$root/model/"
fi
touch "$packages/begin"

# The last minute belongs to saving and copying. SIGTERM lets a stage finish its step and save.
deadline=$(awk -v minutes="$minutes" 'BEGIN { print int(minutes * 60) - 45 }')
for stage in $stages; do
    left=$((deadline - SECONDS))
    [ "$left" -gt 0 ] || break
    echo "himmel: $recipe, $stage, $left s left"
    code=0
    timeout --signal=TERM --kill-after=30 "$left" \
        "$python" -m himmel_recipes "$recipe" --stage "$stage" --root "$root" --device "$device" ||
        code=$?
    [ "$code" -eq 124 ] && break
    [ "$code" -eq 0 ] || fail "stage $stage failed ($code); its log is in $root/runs/$stage"
done

rm -rf "$out/model"
mkdir "$out/model"
find "$root/model" -type f -newer "$packages/begin" -exec cp {} "$out/model/" \;
for log in "$root"/runs/*/log.txt "$root"/runs/*/log.jsonl; do
    [ -f "$log" ] || continue
    stage=$(basename "$(dirname "$log")")
    cp "$log" "$out/$stage-$(basename "$log")"
done
count=$(find "$out/model" -name '*.safetensors' | wc -l)
[ "$count" -le 8 ] || fail "$count weight files are more than 8; train fewer stages in one call"
large=$(find "$out/model" -name '*.safetensors' -size "+$((shard_mb * 1024))k")
[ -z "$large" ] || fail "larger than $shard_mb MiB: $large"
echo "himmel: $count weight files in $out/model"
