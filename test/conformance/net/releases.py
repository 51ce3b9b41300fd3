"""Older releases of ncnn: every layer case whose required release is not newer must give the current result there.

The cases are those of the section `layers`, run with default options. Each release is installed from PyPI into a separate folder.
"""

import json
import os
import subprocess
import sys

import numpy as np

from isolation import run_isolated
import layers
from layers import SHARE, run_case, wanted
from section import section_arguments

# The reciprocal square roots of older LayerNorm and RMSNorm are approximations.
layers.RELATIVE, layers.ABSOLUTE = 5e-4, 1e-4
RELEASES = ("20221128", "20230223", "20230517", "20230816", "20240102", "20241226", "20250503", "20260526")


def main():
    if len(sys.argv) > 2 and sys.argv[1] == "--release":
        return run_release(*sys.argv[2:])
    arguments = section_arguments().parse_args()
    folder = os.path.join(arguments.cache, "layers")
    subprocess.run([arguments.converter[0], arguments.generator, folder], check=True)
    passed, failures = 0, []
    for release in RELEASES:
        site = install(arguments.cache, release)
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([site, os.environ["PYTHONPATH"]])}
        command = [sys.executable, os.path.abspath(__file__), "--release", release, folder, str(arguments.jobs), *arguments.only]
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        result = json.loads(done.stdout.splitlines()[-1])
        print(f"{release}: {result['passed']} cases, {len(result['failures'])} differ")
        for line in result["failures"][:20]:
            print(f"  {line}")
        passed += result["passed"]
        failures += result["failures"]
    print(f"figures: {passed} runs on {len(RELEASES)} releases, {len(failures)} differ from what `minNcnnVersion` says")
    print(f"releases: {passed} passed, {len(failures)} failed")
    raise SystemExit(1 if failures else 0)


def install(cache, release):
    site = os.path.join(cache, "releases", release)
    if not os.path.isdir(os.path.join(site, "ncnn")):
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", site, f"ncnn==1.0.{release}"], check=True)
    return site


def run_release(release, folder, jobs, *only):
    with open(os.path.join(folder, "cases.json"), encoding="utf-8") as file:
        cases = [case for case in json.load(file) if wanted(case, only)]
    cases = [case for case in cases if case["minNcnnVersion"] <= release and "refused" not in case]
    values = np.fromfile(os.path.join(folder, "values.bin"), dtype=np.float32)
    passed, failures, again = 0, [], []

    def work(share):
        return [run_case(folder, case, values, 1, True) for case in share]

    shares = [cases[start : start + SHARE] for start in range(0, len(cases), SHARE)]
    results = []
    for share, kind, value in run_isolated(shares, work, int(jobs)):
        if kind == "value":
            results += zip(share, value[0])
        else:
            again += [[case] for case in share]
    for [case], kind, value in run_isolated(again, work, int(jobs)):
        results.append((case, value[0][0] if kind == "value" else ("refused", f"ncnn crashes: {value}")))
    for case, (kind, what) in results:
        if kind == "same":
            passed += 1
        else:
            failures.append(f"{case['name']} ({case['minNcnnVersion']}): {kind} {what}\n    {case['line']}  of {[entry['shape'] for entry in case['inputs']]}")
    print(json.dumps({"passed": passed, "failures": failures}))


if __name__ == "__main__":
    main()
