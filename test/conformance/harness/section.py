"""Shared by the sections: the arguments that the run passes to each, and their exit."""

import argparse
import os
from fnmatch import fnmatch

from passing import Passing

KNOWN = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "known-differences.txt")


def section_arguments(**more):
    """The parser of a section's arguments; `more` are its additional flags, by name, each with its help."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True, help="directory for what is made once")
    parser.add_argument("--converter", required=True, action="append", help="the command of the tool, word by word")
    parser.add_argument("--generator", help="the bundled TypeScript program of the section")
    parser.add_argument("--passing", required=True, help="the list of what passed before")
    parser.add_argument("--only", action="append", default=[], help="a part or glob of a name")
    parser.add_argument("--update", action="store_true", help="write the list of what passes")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--keep", help="directory for the models and what they are converted to, which stay there")
    parser.add_argument("--jobs", type=int, default=2)
    for name, text in more.items():
        parser.add_argument(f"--{name}", action="store_true", help=text)
    return parser


def wanted(name, options):
    """Whether a name is selected; without a selection all are."""
    return not options.only or any(pattern in name or fnmatch(name, pattern) for pattern in options.only)


def print_results(results, every=True):
    """A line for each result, `{name: (kind, reason)}`; without `every`, passed results are left out."""
    for name, (kind, reason) in sorted(results.items()):
        if every or kind != "passed":
            print(f"  {kind if kind in ('passed', 'refused') else kind.upper():<8} {name:<48} {reason}")


def known_differences():
    """The known reasons for wrong results, by name."""
    with open(KNOWN, encoding="utf-8") as file:
        return dict(line.strip().split(": ", 1) for line in file if line.strip() and not line.startswith("#"))


# The reason of a difference that depends on the instructions of the processor starts with this.
ON_SOME_PROCESSORS = "on some processors "


def mark_known(results):
    """Separates the wrong results with a known reason, and finds outdated entries of that list."""
    for name, reason in known_differences().items():
        kind, _ = results.get(name, ("absent", ""))
        if kind == "wrong":
            results[name] = ("known", reason)
        elif kind == "passed" and not reason.startswith(ON_SOME_PROCESSORS):
            results[name] = ("outdated", f"passes, but stands in {os.path.basename(KNOWN)}")


def conclude(section, results, options, failing, also_failed=(), figures=None):
    """Compares with the cases that passed before, prints the count that the run reads, and exits.

    `failing` names the kinds of results that fail the run, whether or not they passed before. Rejected models need not be
    among them, because some models cannot be converted at all; wrong results always are.
    """
    if not results:
        raise SystemExit(f"{section}: nothing matches {' '.join(options.only)}")
    passed = {name for name, (kind, _) in results.items() if kind == "passed"}
    lost = Passing(options.passing).compare(results, passed, options.update)
    for name in lost:
        kind, reason = results[name]
        print(f"  LOST {name}: {kind}: {reason}")
    failed = set(lost) | set(also_failed) | {name for name, (kind, _) in results.items() if kind in failing}
    if figures is not None:
        print(f"figures: {len(passed)} of {len(results)} {figures}")
    print(f"{section}: {len(passed)} passed, {len(failed)} failed")
    raise SystemExit(1 if failed else 0)
