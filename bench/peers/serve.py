"""Measures one family of work on request: a JSON line in, a JSON line out.

    python serve.py learners 2

starts with {"versions": {...}, "cpuinfo": "..."}; then {"case": "ddpg", "seconds": 0.5} is answered
by {"rate": pieces of work per second} or by {"error": "why not"}. A family is a
module with `make(case, threads)`, which returns a call and the pieces it does.
"""

import importlib
import json
import os
import platform
import sys
import time
import traceback
from importlib.metadata import PackageNotFoundError, version

PACKAGES = ("torch", "stable_baselines3", "gymnasium-robotics", "mujoco", "onnxruntime", "numpy")


def versions():
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            pass
    return found


def cpuinfo():
    """What Linux tells of the first core; Deno itself may not read it."""
    try:
        with open("/proc/cpuinfo") as file:
            return file.read().split("\n\n")[0]
    except OSError:
        return ""


def rate(call, pieces, seconds):
    """Pieces per second over at least `seconds`."""
    calls, start = 0, time.perf_counter()
    while True:
        call()
        calls += 1
        spent = time.perf_counter() - start
        if spent >= seconds:
            return calls * pieces / spent


def main(family, threads):
    # Libraries that write to standard output must not break the protocol.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    # These are read once, when the library of the same thread pool is loaded.
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)

    def answer(value):
        print(json.dumps(value), file=answers, flush=True)

    make = importlib.import_module(family).make
    ready = {}
    answer({"versions": versions(), "cpuinfo": cpuinfo()})
    for line in sys.stdin:
        request = json.loads(line)
        case = request["case"]
        try:
            if case not in ready:
                ready[case] = make(case, threads)
            answer({"rate": rate(*ready[case], request["seconds"])})
        except Exception as error:
            traceback.print_exc()
            answer({"error": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
