"""Sections `node-cases`, `pytorch-operator`, `pytorch-converted`, `simple`: ONNX's backend tests, converted and run in the real ncnn."""

import collections
import fnmatch
import os
import tempfile
import time

from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, mark_known, section_arguments

import suite

RELATIVE, ABSOLUTE = 2e-3, 1e-4


def main():
    parser = section_arguments()
    parser.add_argument("--suite", default="node", help="the folder of the backend tests")
    options = parser.parse_args()

    directory, cases = suite.prepare(options.cache, options.suite)
    total = len(cases)
    if options.only:
        cases = [case for case in cases if any(selected(case, pattern) for pattern in options.only)]
    if not cases:
        raise SystemExit(f"no case matches {options.only}")
    with tempfile.TemporaryDirectory() as scratch:
        results = check(directory, cases, options.converter, options.keep or scratch, options.jobs)
    mark_known(results)
    report(cases, results, options.verbose or bool(options.only))

    summary(cases, results, total)
    distinct_results = {name: results[name] for case in cases for name in (f"{case['name']}/{variant}" for variant in distinct(case))}
    section = "node-cases" if options.suite == "node" else options.suite
    conclude(section, distinct_results, options, failing=("wrong", "crash", "outdated"))


def selected(case, pattern):
    """By operator, or by a name of a case with `*` and `?`; a plain word matches anywhere in the name."""
    if pattern.lower() == case["operator"].lower():
        return True
    glob = pattern if any(sign in pattern for sign in "*?[") else f"*{pattern}*"
    return fnmatch.fnmatchcase(case["name"], glob)


def distinct(case):
    return [variant for variant, written in case["variants"].items() if variant == written]


def check(directory, cases, command, output, jobs):
    """`{ 'case/variant': (kind, reason) }`, kind one of passed, refused, wrong, crash."""
    started = time.monotonic()
    files = {}
    for case in cases:
        for variant in distinct(case):
            files[os.path.join(directory, f"{case['name']}--{variant}.onnx")] = (case, variant)
    answers = convert_all(command, list(files), output, jobs)
    converted = time.monotonic()

    results = {}
    tasks = []
    for file, (case, variant) in files.items():
        answer = answers[file]
        if answer["ok"]:
            tasks.append((case, variant))
        else:
            results[f"{case['name']}/{variant}"] = ("refused", refusal(answer))
    # Loaded once here, inherited by every process that is forked.
    import ncnn  # noqa: F401

    for (case, variant), kind, value in run_isolated(tasks, lambda task: judge(directory, output, *task), jobs):
        results[f"{case['name']}/{variant}"] = ("crash", value) if kind == "crash" else with_last_words(*value)
    print(
        f"{len(files)} models of {len(cases)} cases: converted in {converted - started:.1f} s, "
        f"run in {time.monotonic() - converted:.1f} s"
    )
    return results


def with_last_words(result, said):
    kind, reason = result
    return (kind, f"{reason} ({said})" if said and kind == "crash" else reason)


def judge(directory, output, case, variant):
    inputs, expected = suite.load_arrays(directory, case)
    try:
        actual = run_model(output, f"{case['name']}--{variant}", inputs)
        for name, array in expected.items():
            if name not in actual:
                raise Mismatch(f"output {name} is not in the manifest")
            compare(name, actual[name], array, RELATIVE, ABSOLUTE)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    except Exception as error:  # Any exception of the bindings concerns this case only.
        return "crash", f"{type(error).__name__}: {error}"
    return "passed", ""


def report(cases, results, verbose):
    kinds = ("passed", "refused", "wrong", "crash", "known")
    table = collections.defaultdict(collections.Counter)
    codes = collections.defaultdict(collections.Counter)
    for case in cases:
        for variant in distinct(case):
            kind, reason = results[f"{case['name']}/{variant}"]
            table[case["operator"]][kind] += 1
            if kind == "refused":
                codes[case["operator"]][reason.split(":")[0]] += 1
    print(f"\n{'operator':<32}{'passed':>12}" + "".join(f"{kind:>9}" for kind in kinds[1:]) + "  refused with")
    for operator, counts in sorted(table.items()):
        of = f"{counts['passed']}/{sum(counts.values())}"
        others = "".join(f"{counts[kind] or '':>9}" for kind in kinds[1:])
        print(f"{operator:<32}{of:>12}{others}  {', '.join(f'{code} {n}' for code, n in codes[operator].most_common())}")
    if verbose:
        print_kind(results, "refused", "\nRefused:")
    print_kind(results, "known", "\nKnown differences:")
    print_kind(results, "outdated", "\nKnown differences that are none any more:")
    print_kind(results, "crash", "\nCRASHED OR REJECTED by ncnn: a net was written that does not run:")
    print_kind(results, "wrong", "\nWRONG RESULTS, which is worse than refusing:")


def print_kind(results, kind, title):
    found = sorted((name, reason) for name, (which, reason) in results.items() if which == kind)
    if found:
        print(f"{title} {len(found)}")
        for name, reason in found:
            print(f"  {name}: {reason}")


def summary(cases, results, total):
    """The number of passing cases per variant; a variant that equals another one has its result."""
    passed = collections.Counter()
    having = collections.Counter()
    for case in cases:
        good = {
            variant
            for variant, written in case["variants"].items()
            if results[f"{case['name']}/{written}"][0] == "passed"
        }
        having.update(list(case["variants"]))
        passed.update(good)
        passed["in some variant"] += bool(good)
        passed["in every variant"] += len(good) == len(case["variants"])
    print(f"\n{len(cases)} of {total} cases")
    outcomes = collections.Counter(kind for kind, _ in results.values())
    print(
        f"figures: {passed['all']} of {total} with all inputs kept, {passed['in some variant']} in some variant, {outcomes['wrong']} wrong, "
        f"{outcomes['known']} known difference{'' if outcomes['known'] == 1 else 's'}"
    )
    for variant in suite.VARIANTS:
        print(f"  {variant:<18}{passed[variant]:>5} of {having[variant]} pass")
    for measure in ("in some variant", "in every variant"):
        print(f"  {measure:<18}{passed[measure]:>5} of {len(cases)} pass")


if __name__ == "__main__":
    main()
