#!/usr/bin/env bash
# Measure speed on a CUDA machine rented by the minute, and carry home one report per benchmark:
#     bash runs/gpu_bench.sh --out FOLDER [--benchmarks "train dit attention decode"] [--device cuda]
# Needs Python 3.11+, torch, numpy, numba, scipy, safetensors and pillow. `--device cpu` rehearses it.
set -euo pipefail
here=$PWD
cd "$(dirname "$0")/.."
. runs/environment

benchmarks='' out='' device=cuda
while [ $# -gt 0 ]; do
    [ $# -ge 2 ] || fail "$1 needs a value"
    case $1 in
    --out) case $2 in /*) out=$2 ;; *) out=$here/$2 ;; esac ;;
    --benchmarks) benchmarks=$2 ;;
    --device) device=$2 ;;
    *) fail "unknown option $1; the head of runs/gpu_bench.sh lists them" ;;
    esac
    shift 2
done
[ -n "$out" ] || fail "say where the results go: --out FOLDER"
mkdir -p "$out"
# shellcheck disable=SC2086  # benchmarks are words
"$python" -m himmel_benchmarks $benchmarks --device "$device" --out "$out"
