"""Section `speed-wasm`: nets in ncnn.wasm, in Node, in the forms of the targets `wasm` and `any` beside the plain form, timed in turn.

The models are those of section `speed`, which exports them. `npm run wasm` builds ncnn.wasm. With --update the part of docs/speed.md is written.
"""

import json
import os
import subprocess
import tempfile

from plain import Refused, convert, output_of, plain_words, text_of
from section import conclude, print_results, section_arguments, wanted
from speed_page import write_part
from subjects import compare_exported, names
from timing import Comparison

# Of the time of the plain form.
ALLOWED = 1.05
# Of the largest result.
TOLERANCE = 1e-3


def main():
    options = section_arguments().parse_args()
    runtime = os.path.join(os.path.dirname(os.path.abspath(options.converter[-1])), "runtime.mjs")
    if not os.path.exists(os.path.join(os.path.dirname(runtime), "ncnn.wasm")):
        print("  skipped: npm run wasm builds ncnn.wasm\nspeed-wasm: 0 passed, 0 failed")
        return
    folder = os.path.join(options.cache, "speed")
    variants = {"plain": plain_words(options.converter), "wasm": ("--target", "wasm"), "any": ("--target", "any")}
    work = lambda subject: compare(subject, runtime, options.converter, variants)  # noqa: E731
    results, rows = compare_exported("speed-wasm", [name for name in names() if wanted(name, options)], folder, work)
    print_results(results, every=False)
    if options.update:
        write_part("wasm", table(rows))
    worst = max((row["wasm"]["ratio"] for row in rows.values()), default=0)
    conclude("speed-wasm", results, options, ("wrong",), figures=f"models; at most {worst:.2f} of the time of the plain form")


def compare(subject, runtime, command, variants):
    with tempfile.TemporaryDirectory() as scratch:
        modules, places = [], {}
        try:
            for variant, words in variants.items():
                stem, _ = convert(subject, os.path.join(scratch, variant), command, (*words, "--emit", "module,json,param"))
                # Where the target changes nothing, the net is not timed again.
                same = next((other for other in modules if text_of(other) == text_of(stem)), None)
                if same is None:
                    modules.append(stem)
                places[variant] = modules.index(same or stem)
        except Refused as refused:
            return "refused", str(refused), None
        feeds = os.path.join(scratch, "feeds.json")
        with open(feeds, "w", encoding="utf-8") as file:
            json.dump({name: array.ravel().tolist() for name, array in subject.feeds.items()}, file)
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wasm_times.mjs")
        files = [stem + ".mjs" for stem in modules]
        done = subprocess.run([command[0], program, runtime, feeds, subject.output, *files], capture_output=True, text=True)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        return "wrong", next((line for line in lines if "Error" in line), (lines or ["no answer"])[-1]), None
    found = json.loads(done.stdout)
    if found["difference"] is None or found["difference"] > TOLERANCE:
        return "wrong", f"the forms differ by {found['difference']}", None
    row = row_of(Comparison(found["times"]), places)
    reason = f"plain {row['plain']['time']:.2f} ms, " + ", ".join(f"{variant} {row[variant]['text']}" for variant in ("wasm", "any"))
    return ("passed" if row["wasm"]["ratio"] <= ALLOWED else "slower"), reason, row


def row_of(comparison, places):
    """For each variant the time and its spread, and the time divided by that of the plain form."""
    row = {}
    for variant, place in places.items():
        time, spread = comparison.time(place)
        ratio, error = comparison.ratio(0, place) if place else (1.0, 0.0)
        row[variant] = {"time": time, "spread": spread, "ratio": ratio, "text": f"{ratio:.2f} ±{error:.3f}" if place else "same"}
    return row


def table(rows):
    worst = max(rows.values(), key=lambda row: row["wasm"]["ratio"])["wasm"]["ratio"]
    lines = [
        "Our nets in ncnn.wasm, in Node, with one thread: milliseconds of processor time, medians, ± half the distance between the quartiles. `plain` is the form",
        "with the fewest layers, which the target does not change; `same` is the same net. Ratios and their errors are computed as above, from 3 sessions of each net.",
        "",
        f"- at most {worst:.2f} of the time of the plain form for `wasm`",
        "",
        "| model | plain, ms | `wasm`, ms | wasm / plain | any / plain |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        times = [f"{row[variant]['time']:.2f} ±{row[variant]['spread'] / 2:.0%}" for variant in ("plain", "wasm")]
        ratios = [row[variant]["text"] for variant in ("wasm", "any")]
        lines.append(f"| {name} | {' | '.join([*times, *ratios])} |")
    return lines


if __name__ == "__main__":
    main()
