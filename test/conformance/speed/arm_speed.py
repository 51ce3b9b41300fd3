"""Section `speed-arm`: nets in ncnn's ARM code, in the forms of the targets `any` and `arm` beside the plain form, counted in instructions by qemu.

The models are those of section `speed`, which exports them; by default all but the largest. The ARM build is that of section `arm`. With --update the part of
docs/speed.md is written.
"""

import hashlib
import os
import subprocess
import tempfile
import textwrap

import numpy as np
from oracle import ARITHMETIC, FP32, Fault, Unavailable, build, read_blobs, start_or_skip, write_request
from plain import Refused, convert, feeds_of, output_of, plain_words, text_of
from section import conclude, print_results, section_arguments, wanted
from speed_page import write_part
from subjects import compare_exported, names

# Of the instructions of the plain form, for the target `any`.
ALLOWED = 1.15
# In fp32 the results of both forms must agree, of the largest value.
TOLERANCE = 1e-3
MODES = {"fp32": FP32, "fp16": ARITHMETIC}
# Those take more than ten minutes each in qemu.
LARGE = """
timm/deit_small_patch16_224 timm/swin_tiny_patch4_window7_224 timm/convnext_tiny torchvision/vit_b_32
""".split()


def main():
    options = section_arguments(full="all models").parse_args()
    chosen = [name for name in names() if (options.full or name not in LARGE) and wanted(name, options)]
    with tempfile.TemporaryDirectory() as scratch:
        counter = start_or_skip("speed-arm", lambda: Counter(options.cache, scratch))
        folder = os.path.join(options.cache, "speed")
        variants = {"plain": plain_words(options.converter), "any": ("--target", "any"), "arm": ("--target", "arm")}
        work = lambda subject: compare(subject, scratch, counter, options.converter, variants)  # noqa: E731
        results, rows = compare_exported("speed-arm", chosen, folder, work)
    print_results(results, every=False)
    if options.update:
        write_part("arm", table(rows))
    worst = {variant: max((ratio(row, variant, mode) for row in rows.values() for mode in MODES if row), default=1) for variant in ("any", "arm")}
    figures = f"models; at most {worst['any']:.2f} of the instructions of the plain form for `any`, {worst['arm']:.2f} for `arm`"
    conclude("speed-arm", results, options, ("wrong",), figures=figures)


def ratio(row, variant, mode):
    return row[variant][mode] / row["plain"][mode]


def compare(subject, scratch, counter, command, variants):
    """The row has no entries if the targets do not change the net."""
    try:
        nets = {variant: convert(subject, os.path.join(scratch, variant), command, words) for variant, words in variants.items()}
    except Refused as refused:
        return "refused", str(refused), None
    texts = {variant: text_of(base) for variant, (base, _) in nets.items()}
    if len(set(texts.values())) == 1:
        return "passed", "the same net for all targets", {}
    row, expected, counted = {}, None, {}
    for variant, (base, manifest) in nets.items():
        feeds, output = feeds_of(subject, manifest), output_of(subject, manifest)
        try:
            if texts[variant] not in counted:
                counted[texts[variant]] = {mode: counter.count(base, code, feeds, output) for mode, code in MODES.items()}
        except Fault as fault:
            return "wrong", str(fault), None
        row[variant] = {mode: count for mode, (count, _) in counted[texts[variant]].items()}
        result = counted[texts[variant]]["fp32"][1]
        expected = result if expected is None else expected
        if not float(np.abs(result - expected).max()) <= TOLERANCE * float(np.abs(expected).max()):
            return "wrong", f"{variant} computes something else than the plain form", None
    reason = ", ".join(f"{variant} {mode} {ratio(row, variant, mode):.2f}" for variant in ("any", "arm") for mode in MODES)
    worst = max(ratio(row, "any", mode) for mode in MODES)
    return ("passed" if worst <= ALLOWED else "slower"), reason, row


class Counter:
    """Counts the instructions of one run of a net in ncnn's ARM code, without those that load it."""

    def __init__(self, cache, folder):
        self.folder = folder
        self.program = build(os.path.join(cache, "arm"))
        self.kept = os.path.join(cache, "arm-counts")
        os.makedirs(self.kept, exist_ok=True)
        self.plugin = os.path.join(folder, "count.so")
        source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "count.c")
        done = subprocess.run(["gcc", "-O1", "-shared", "-fPIC", source, "-o", self.plugin], capture_output=True, text=True)
        if done.returncode != 0:
            raise Unavailable(f"gcc failed: {done.stderr.strip()}")

    def count(self, base, mode, feeds, output):
        """The number of instructions, and the result; kept in a file, because they are always the same for a net."""
        kept = os.path.join(self.kept, f"{self.digest(base, mode, feeds, output)}.npz")
        if not os.path.exists(kept):
            loading = self.total(base, mode, feeds, [])
            count = self.total(base, mode, feeds, [output]) - loading
            np.savez(kept, count=count, result=read_blobs(os.path.join(self.folder, "results"))[output])
        found = np.load(kept)
        return int(found["count"]), found["result"].astype(np.float64)

    def digest(self, base, mode, feeds, output):
        digest = hashlib.sha256(f"{mode} {output}".encode())
        for path in (self.program, base + ".param", base + ".bin"):
            with open(path, "rb") as file:
                digest.update(file.read())
        for name, array in feeds.items():
            digest.update(name.encode() + array.tobytes())
        return digest.hexdigest()

    def total(self, base, mode, feeds, wanted_blobs):
        request, results = (os.path.join(self.folder, name) for name in ("feeds", "results"))
        write_request(request, feeds, wanted_blobs)
        line = f"{base}.param {base}.bin {mode} {request} {results}\n"
        command = ["qemu-aarch64", "-cpu", "max", "-plugin", self.plugin, self.program]
        done = subprocess.run(command, input=line, capture_output=True, text=True)
        if done.stdout.strip() != "ok" or "instructions " not in done.stderr:
            raise Fault(done.stdout.strip() or done.stderr.strip()[-200:] or f"ncnn crashes ({done.returncode})")
        return int(done.stderr.rpartition("instructions ")[2].split()[0])


def table(rows):
    same = [name for name, row in rows.items() if not row]
    absent = (
        f"Not in the table: {len(same)} models whose net is the same for all targets ({', '.join(same)}), and the largest, which only `--full` counts "
        f"({', '.join(LARGE)})."
    )
    lines = [
        "Our nets in ncnn's ARM code, in millions of instructions for one run, counted by qemu. `plain` is the form with the fewest layers, which is what the target",
        "does not change. A processor does not take the same time for every instruction; for `any` no net may have more than 1.15 times those of the plain form.",
        "",
        *textwrap.wrap(absent, 155, break_on_hyphens=False),
        "",
        "| model | plain, fp32 | any / plain | arm / plain | plain, fp16 | any / plain | arm / plain |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        if not row:
            continue
        cells = [cell for mode in MODES for cell in (f"{row['plain'][mode] / 1e6:.0f}", f"{ratio(row, 'any', mode):.2f}", f"{ratio(row, 'arm', mode):.2f}")]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


if __name__ == "__main__":
    main()
