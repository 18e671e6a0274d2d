#!/usr/bin/env bash
# Train stages of a recipe on a CUDA machine rented by the minute, and carry home what came out:
#     bash runs/gpu.sh --out FOLDER [--stages "world basis text transformer"] [--recipe embedded]
#                      [--minutes 9] [--budget MINUTES] [--set KEY=VALUE]... [--resume FOLDER]...
#                      [--root FOLDER] [--device cuda]
# Needs Python 3.11+, torch, numpy, numba, scipy, safetensors and pillow, and MuJoCo where it renders
# (stages world and judge); packages in a folder of their own are found through PYTHONPATH.
# --minutes is the time of this call; its last 45 seconds belong to saving. --budget is the time of each
# training stage over all calls, cooldown included; without it a stage takes its full number of steps.
# --root keeps the whole state (default: the cache folder): the next call on the same machine goes on
# bit for bit. --resume is an earlier --out, the newest first: its weights are taken where --root holds
# none, and a stage that was cut short begins with the weights that it sent home.
# --out gets at most 8 files of 64 MiB together: model/*.safetensors, what this call made, as
# STAGE_partial where a stage was cut short; and rest.tar.gz, everything small. Unpacked there,
# FOLDER/model is a model folder.
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
. runs/environment

from_here() { case $1 in /*) echo "$1" ;; *) echo "$here/$1" ;; esac; }
travel() { "$python" -c 'import sys; from himmel_recipes.travel import main; sys.exit(main())' "$@"; }

minutes=9 out='' stages=transformer recipe=embedded root='' device=cuda options=() resume=()
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
    --minutes) minutes=$2 ;;
    --budget) options+=(--minutes "$2") ;;
    --set) options+=(--set "$2") ;;
    --out) out=$(from_here "$2") ;;
    --stages) stages=$2 ;;
    --recipe) recipe=$2 ;;
    --root) root=$(from_here "$2") ;;
    --resume) resume+=("$(from_here "$2")") ;;
    --device) device=$2 ;;
    *) fail "unknown option $1; the head of runs/gpu.sh lists them" ;;
    esac
    shift 2
done
[ -n "$out" ] || fail "say where the results go: --out FOLDER"
left=$(awk -v minutes="$minutes" -v used="$SECONDS" 'BEGIN { print int(minutes * 60) - 45 - used }')
[ "$left" -gt 0 ] || fail "$minutes minutes are too few: the last 45 seconds belong to saving"
case " $stages " in *" world "* | *" judge_near "* | *" judge_find "* | *" judge "* | *" upscaler "*)
    problem=$("$python" -c 'import mujoco, numba' 2>&1) || fail "nothing can be rendered here: ${problem##*$'\n'}" ;;
esac
root=${root:-$("$python" -c 'import sys; from himmel.core.env import train_dir; print(train_dir(sys.argv[1]))' "$recipe")}

earlier=()
for folder in ${resume[@]+"${resume[@]}"}; do
    [ -f "$folder/rest.tar.gz" ] || fail "$folder holds no rest.tar.gz; give the --out of an earlier call"
    place=$packages/resume/${#earlier[@]}
    mkdir -p "$place/model"
    tar -xzf "$folder/rest.tar.gz" -C "$place"
    find "$folder" -path '*/model/*.safetensors' -exec ln -s {} "$place/model/" \;
    earlier+=("$place/model")
done
travel take "$root" ${earlier[@]+"${earlier[@]}"}

# At the end of its time, or when this script is told to end, a stage finishes its step and saves.
# --foreground: otherwise a stage gets every signal twice, and the second one ends it unsaved.
echo "himmel: $recipe on $device: $stages, $left s"
stopped=''
# shellcheck disable=SC2086  # stages are words
timeout --foreground --signal=KILL "$((left + 30))" "$python" -m himmel_recipes "$recipe" \
    --stage $stages --root "$root" --device "$device" ${options[@]+"${options[@]}"} \
    --session-minutes "$(awk -v left="$left" 'BEGIN { print left / 60 }')" &
child=$!
trap 'stopped=1; kill -TERM "$child" 2>/dev/null || true' TERM INT
code=0
wait "$child" || code=$?
while kill -0 "$child" 2>/dev/null; do
    code=0
    wait "$child" || code=$?
done

# Whatever happened: home with what there is.
rest=$packages/rest
mkdir -p "$out/model" "$rest/model" "$root/runs"
rm -f "$out/model"/*
travel home "$root" "$out/model" || code=1
find "$out/model" -type f ! -name '*.safetensors' -exec mv {} "$rest/model/" \;
(cd "$root" && find runs \( -name 'log.*' -o -name report.json \) -exec cp --parents {} "$rest/" \;)
tar -czf "$out/rest.tar.gz" -C "$rest" .
count=$(find "$out" -type f | wc -l) size=$(du -sm "$out" | cut -f1)
echo "himmel: $(find "$out/model" -type f | wc -l) weight files in $out/model, the rest in $out/rest.tar.gz"
[ "$count" -le 8 ] && [ "$size" -le 64 ] ||
    fail "$count files of $size MiB in $out are more than 8 of 64 MiB; train fewer stages in a call"
[ "$code" -eq 0 ] && exit
[ "$code" -eq 75 ] || [ -n "$stopped" ] || fail "the stages ended with code $code; the log is in $root/runs"
echo "himmel: stopped in time; call again to go on"
