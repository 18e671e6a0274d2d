#!/usr/bin/env bash
# The work that waits for a CUDA machine, the longest-waiting first:
#     bash runs/gpu_queue.sh --list
#     bash runs/gpu_queue.sh N --out FOLDER [--resume FOLDER] [other options of runs/gpu.sh]
# Entry N is one call of runs/gpu.sh; what is given here overrules the entry. With `--budget 18` for
# example three calls on one machine make one long run, each going on where the one before stopped.
# The entry "benchmarks" is a call of runs/gpu_bench.sh instead, and takes its options. `himmel bench
# generate` does not wait here: it writes video files, for which such a machine has no PyAV, and it
# measures the CPU.
set -euo pipefail
scripts=$(dirname "$0")

fail() {
    echo "himmel: $1" >&2
    exit 1
}

entries=(
    "rehearsal: every stage of the toy recipe on the device, in about a minute"
    "decoder, then polish, on 7200 large clips, from the shipped weights"
    "transformer on 28800 clips and 6000 of other shapes, film in batches of 512, from the shipped weights"
    "flow map of the shipped weights under guidance, on the same clips"
    "wide transformer on 20000 clips of the core, all families four times, 200000 pictures; text before it"
    "judge of the wide world, twice as long"
    "benchmarks: the trainer, the transformer, attention and the decoder"
)

options_of() {
    case $1 in
    0) options=(--recipe toy --minutes 2 --stages "world basis judge_near judge_find judge text transformer decoder polish") ;;
    1) options=(--stages "world basis decoder polish" --budget 2.5 --set start=default
        --set decoder.batch=64 --set world.large=6000 --set world.large_directed=1200
        --set world.small=1 --set world.small_directed=4 --set world.validation=1 --set world.held_out=1
        --set "world.shapes=[]") ;; # the decoder learns from square clips alone
    2) options=(--stages "world basis text transformer" --budget 4 --set start=default
        --set transformer.film_batch=512 --set transformer.picture_batch=1024
        --set transformer.picture_steps=0 --set world.small=24000 --set world.small_directed=4800
        --set world.large=1 --set world.large_directed=4 --set world.validation=1 --set world.held_out=1
        --set world.shaped=2000) ;;
    3) options=(--recipe few --stages "world basis text transformer" --budget 4
        --set transformer.film_batch=256 --set transformer.picture_batch=1024
        --set world.small=24000 --set world.small_directed=4800
        --set world.large=1 --set world.large_directed=4 --set world.validation=1 --set world.held_out=1
        --set world.shaped=2000) ;;
    4) options=(--recipe wide --stages "world basis text transformer" --budget 4
        --set transformer.film_batch=512 --set transformer.picture_batch=2048
        --set world.small=20000 --set world.small_directed=4800 --set world.pictures=200000
        --set world.families.wide=56000 --set world.families.camera=12000
        --set world.families.group=16000 --set world.families.face=6000
        --set world.large=1 --set world.large_directed=4 --set world.validation=1
        --set world.held_out=1) ;;
    5) options=(--recipe wide --stages "judge_near judge_find judge" --budget 2
        --set judge.near_steps=16000 --set judge.find_steps=8000 --set judge.steps=8000) ;;
    6) options=(--benchmarks "train dit attention decode") ;;
    *) fail "there is no entry $1; see: bash runs/gpu_queue.sh --list" ;;
    esac
}

[ $# -gt 0 ] || fail "say which entry, by number; see: bash runs/gpu_queue.sh --list"
if [ "$1" = --list ]; then
    for number in "${!entries[@]}"; do
        options_of "$number"
        printf '%s  %s\n   %s\n' "$number" "${entries[number]}" "${options[*]@Q}"
    done
    exit
fi
options_of "$1"
if [ "$1" = 6 ]; then
    shift
    exec bash "$scripts/gpu_bench.sh" "${options[@]}" "$@"
fi
# A root of its own: the entries' corpora differ in size.
root=${HIMMEL_CACHE:-$HOME/.cache/himmel}/train/gpu-$1
shift
exec bash "$scripts/gpu.sh" --root "$root" "${options[@]}" "$@"
