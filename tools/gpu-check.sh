#!/usr/bin/env bash
# On a machine with an NVIDIA GPU: sets up what is needed, compares the three families with the originals' numbers on the
# device, times dit-xl-2 whole and slices of flux-dev and hunyuan-video, and writes one report in Markdown.
#
# usage: tools/gpu-check.sh [--device cuda:N] [--quick] [REPORT.md]     default: target/gpu-check.md
# Needs the driver, a JDK of version 17 or later and Maven; CUDA's libraries are looked for, and taken from PyPI where they
# are missing. --quick leaves out the slices and repeats less.
set -uo pipefail
cd "$(dirname "$0")/.."
device=cuda:0 quick= report=target/gpu-check.md
while [ $# -gt 0 ]; do
    case $1 in
        --device) device=${2:?--device needs a name such as cuda:1}; shift 2 ;;
        --quick) quick=1; shift ;;
        -h | --help) sed -n 's/^# \{0,1\}//; 2,7p' "$0"; exit 0 ;;
        -*) echo "gpu-check: no option $1; see --help" >&2; exit 2 ;;
        *) report=$1; shift ;;
    esac
done
work=$PWD/target/gpu-check
mkdir -p "$work" "$(dirname "$report")" || exit 1
failures=0

fail() { echo "gpu-check: $*" >&2; exit 1; }
say() { echo "gpu-check: $*" >&2; }
write() { printf '%s\n' "$@" >>"$report"; }

command -v nvidia-smi >/dev/null && nvidia-smi -L >/dev/null 2>&1 || fail "there is no NVIDIA driver here (nvidia-smi does not answer)."
command -v mvn >/dev/null || fail "there is no mvn; install Maven 3.8 or later."
command -v java >/dev/null || [ -x "${JAVA_HOME:-}/bin/java" ] || fail "there is no java; install a JDK of version 17 or later."

# Folders with a library of CUDA 12 or cuDNN 9: the system's, CUDA's own, those that PyTorch brought.
folders() {
    { ldconfig -p 2>/dev/null | sed -n "s/.*$1 .*=> //p"
      ls -d /usr/local/cuda*/lib64/"$1" "$work"/python/lib/python3*/site-packages/nvidia/*/lib/"$1" 2>/dev/null
      python3 -c 'import site, sys; print("\n".join(site.getsitepackages() + [site.getusersitepackages()]))' 2>/dev/null |
          while read -r packages; do ls -d "$packages"/nvidia/*/lib/"$1" 2>/dev/null; done
    } | head -n 1 | xargs -r dirname
}
libraries=(libcudart.so.12 libcublas.so.12 libcublasLt.so.12 libcurand.so.10 libcufft.so.11 libcudnn.so.9)
missing=()
for library in "${libraries[@]}"; do [ -n "$(folders "$library")" ] || missing+=("$library"); done
if [ ${#missing[@]} -gt 0 ]; then
    say "missing ${missing[*]}; fetching them from PyPI ..."
    python3 -m venv "$work/python" && "$work/python/bin/pip" -q install nvidia-cuda-runtime-cu12 nvidia-cublas-cu12 \
        nvidia-curand-cu12 nvidia-cufft-cu12 nvidia-cudnn-cu12 ||
        fail "CUDA 12 is not complete here (${missing[*]}) and could not be fetched. Install CUDA 12 and cuDNN 9, or see docs/gpu.md for CUDA 13."
fi
for library in "${libraries[@]}"; do
    folder=$(folders "$library")
    [ -n "$folder" ] && export LD_LIBRARY_PATH="$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
done

export CLUSCA_PROFILE=cuda
say "building ..."
./clusca list >/dev/null || fail "the build failed."

index=${device#cuda}; index=${index#:}
: >"$report"
write "# Clusca on a GPU" "" \
    "$(nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader -i "${index:-0}"), $(nproc) processor cores, $(date -u +%F), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)." "" \
    "## Against the originals" "" "Blocks of the transformer and whole pipelines of the three families, on the device." "" \
    "| number type | tests | failed |" "|---|---|---|"

# In 16 bits what computes everything is no longer the plain network bit for bit: only the comparisons count there.
whole=DitPipelineGoldenTest,DitTransformerGoldenTest,FluxPipelineGoldenTest,FluxTransformerGoldenTest,HunyuanPipelineGoldenTest,HunyuanTransformerGoldenTest
compared='*PipelineGoldenTest#generatesLikeDiffusers,*TransformerGoldenTest#everyBlockEquals*'
for type in float32 float16 bfloat16; do
    say "golden tests in $type ..."
    tests=$compared
    [ $type = float32 ] && tests=$whole
    mvn -B -ntp -Pcuda verify -Dmaven.test.failure.ignore -Dclusca.device="$device" -Dclusca.compute=$type -Dtest="$tests" \
        -Dsurefire.failIfNoSpecifiedTests=false -pl clusca-models-dit,clusca-models-flux,clusca-models-hunyuan -am >"$work/$type.log" 2>&1
    counts=$(sed -n 's/.*Tests run: \([0-9]*\), Failures: \([0-9]*\), Errors: \([0-9]*\).* -- in .*/\1 \2 \3/p' "$work/$type.log" |
        awk '{ run += $1; bad += $2 + $3 } END { print run + 0, bad + 0 }')
    read -r run bad <<<"$counts"
    [ "$run" -gt 0 ] || { bad="did not run"; }
    [ "$bad" = 0 ] || { failures=$((failures + 1)); say "$type: see $work/$type.log"; }
    write "| $type | $run | $bad |"
done

bench() { # title, arguments
    say "$1 ..."
    write "" "### $1" "" '```' "clusca bench ${*:2}"
    if ./clusca bench "${@:2}" >"$work/bench.txt" 2>"$work/bench.err"; then
        cat "$work/bench.txt" >>"$report"
    else
        failures=$((failures + 1))
        tail -n 3 "$work/bench.err" >>"$report"
    fi
    write '```'
}
write "" "## Times" ""
repeat=3
[ -n "$quick" ] && repeat=1
bench "dit-xl-2, 50 steps" --device "$device" --model dit-xl-2 --random-weights --steps 50 --repeat $repeat --policies none,taylorseer,clusca
if [ -z "$quick" ]; then
    bench "A slice of flux-dev" --device "$device" --model flux-dev --random-weights --blocks 2,4
    bench "A slice of hunyuan-video" --device "$device" --model hunyuan-video --random-weights --blocks 2,4
fi
write "" "## The same network in PyTorch" ""
if python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2>/dev/null; then
    say "PyTorch ..."
    { echo '```'; python3 tools/gpu_check_torch.py "$device" 2>&1; echo '```'; } >>"$report"
else
    write "Not compared: there is no PyTorch with CUDA here."
fi
say "wrote $report"
[ $failures -eq 0 ] || fail "$failures of the checks failed; the report says which."
