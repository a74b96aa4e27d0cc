#!/bin/sh
# Compile PyCUDA, which has no wheels, against the CUDA packages of the same Python environment.
# Usage: pycuda.sh PYTHON. Needs g++, Python's headers and NVIDIA's driver, no CUDA toolkit. Takes about two minutes.
set -eu
python=$1
here=$(cd "$(dirname "$0")" && pwd)
site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/nvidia

command -v g++ >/dev/null || { echo "there is no C++ compiler (Debian, Ubuntu: sudo apt install g++)"; exit 1; }
headers=$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')
[ -f "$headers/Python.h" ] || { echo "Python's headers are missing (Debian, Ubuntu: sudo apt install python3-dev)"; exit 1; }
# Debian leaves ldconfig's folder out of an ordinary user's PATH.
driver=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | sed -n 's/^[[:space:]]*libcuda\.so\.1 .*=> //p' | head -n 1)
[ -n "$driver" ] || { echo "NVIDIA's driver is not installed"; exit 1; }

# The packages for CUDA 13 share a folder; those for CUDA 12 have one each.
includes=""
libraries=""
for part in cu13 cuda_runtime curand cuda_profiler_api cuda_nvcc; do
  [ -d "$site/$part/include" ] && includes="$includes${includes:+:}$site/$part/include"
  [ -d "$site/$part/lib" ] && libraries="$libraries${libraries:+:}$site/$part/lib"
done
curand=$(ls "$site"/cu13/lib/libcurand.so.10 "$site"/curand/lib/libcurand.so.10 2>/dev/null | head -n 1)

# The linker wants names without versions.
links=$(mktemp -d)
trap 'rm -rf "$links"' EXIT
ln -s "$driver" "$links/libcuda.so"
[ -n "$curand" ] && ln -s "$curand" "$links/libcurand.so"

CPATH="$includes${CPATH:+:$CPATH}" LIBRARY_PATH="$links${LIBRARY_PATH:+:$LIBRARY_PATH}" LD_RUN_PATH="$libraries" \
  "$python" -m pip install --quiet --require-hashes --no-deps --no-build-isolation -r "$here/requirements-pycuda.txt"
