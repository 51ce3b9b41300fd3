"""ncnn's ARM code with fp16, as on phones, cross-compiled from the source distribution on PyPI and run by qemu.

Everything is built once, in the folder `arm` of the cache: the sources, the library (5 minutes on two idle cores), the program.
"""

import glob
import os
import shutil
import subprocess
import sys
import tarfile

import numpy as np

RELEASE = "20261020"
TRIPLE = "aarch64-linux-gnu"
HERE = os.path.dirname(os.path.abspath(__file__))
# Features that the nets of this run do not need are off; fp16 and fp32 layers are both built and selected when a net is loaded.
OPTIONS = {
    "CMAKE_SYSTEM_NAME": "Linux",
    "CMAKE_SYSTEM_PROCESSOR": "aarch64",
    "CMAKE_C_COMPILER": f"{TRIPLE}-gcc",
    "CMAKE_CXX_COMPILER": f"{TRIPLE}-g++",
    "CMAKE_BUILD_TYPE": "Release",
    "NCNN_VERSION": RELEASE,
    "NCNN_ARM82": "ON",
    **{f"NCNN_{name}": "OFF" for name in ("ARM82DOT", "ARM82FP16FML", "ARM84BF16", "ARM84I8MM", "ARM86SVE", "OPENMP", "THREADS", "VULKAN")},
    **{f"NCNN_BUILD_{name}": "OFF" for name in ("TOOLS", "EXAMPLES", "BENCHMARK", "TESTS")},
    **{f"NCNN_{name}": "OFF" for name in ("INT8", "BF16", "PIXEL", "INSTALL_SDK", "PLATFORM_API")},
}
FP32, STORAGE, ARITHMETIC = range(3)
# As in scripts/wasm/toolchain.mjs.
BUILD_PACKAGES = ("setuptools==84.2.1", "wheel==0.48.0")
QUIET = ("--quiet", "--disable-pip-version-check")


class Unavailable(Exception):
    """A tool is missing."""


def start_or_skip(section, start):
    """What `start` returns. Without the tools it needs, the section ends with a message."""
    try:
        return start()
    except Unavailable as unavailable:
        print(f"  skipped: {unavailable}\n{section}: 0 passed, 0 failed")
        raise SystemExit(0) from None


class Fault(Exception):
    """The net does not load or run in the ARM build."""


class Oracle:
    """A program that runs nets one after another. Not thread-safe."""

    def __init__(self, cache, folder):
        program = build(os.path.join(cache, "arm"))
        command = ["qemu-aarch64", "-cpu", "max", program]
        self.folder = folder
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)

    def run(self, param, weights, mode, feeds, wanted):
        """The blobs called `wanted` by name. `feeds` are float32 arrays by blob, with the shapes that ncnn expects."""
        request, results = (os.path.join(self.folder, name) for name in ("feeds", "results"))
        write_request(request, feeds, wanted)
        # File names are separated by spaces.
        links = [os.path.join(self.folder, name) for name in ("net.param", "net.bin")]
        for source, link in zip((param, weights), links):
            if os.path.lexists(link):
                os.unlink(link)
            os.symlink(os.path.abspath(source), link)
        print(*links, mode, request, results, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline().strip()
        if answer != "ok":
            raise Fault(answer or f"ncnn crashes ({self.process.wait()})")
        return read_blobs(results)


def write_request(path, feeds, wanted):
    """What the program reads: the blobs to feed, and the names of those to return."""
    with open(path, "wb") as file:
        for name, array in feeds.items():
            file.write(f"{name} {array.ndim} {' '.join(map(str, array.shape))}\n".encode())
            file.write(np.ascontiguousarray(array, np.float32).tobytes())
        for name in wanted:
            file.write(f"{name} 0\n".encode())


def read_blobs(path):
    blobs = {}
    with open(path, "rb") as file:
        while header := file.readline().split():
            shape = [int(size) for size in header[2:]]
            count = int(np.prod(shape))
            blobs[header[0].decode()] = np.frombuffer(file.read(4 * count), np.float32).reshape(shape)
    return blobs


def build(folder):
    """The path of the program, which is built if it is missing. Raises Unavailable."""
    program, source = os.path.join(folder, f"driver-{RELEASE}"), os.path.join(HERE, "driver.cpp")
    tools = ["qemu-aarch64", "cmake", "make", f"{TRIPLE}-gcc", f"{TRIPLE}-g++"]
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        raise Unavailable(f"there is no {', '.join(missing)} here; install qemu-user, cmake, make and g++-{TRIPLE}")
    if os.path.exists(program) and os.path.getmtime(program) >= os.path.getmtime(source):
        return program
    os.makedirs(folder, exist_ok=True)
    sources, made = fetch_sources(folder), os.path.join(folder, "build")
    library = os.path.join(made, "src", "libncnn.a")
    if not os.path.exists(library):
        print("arm: compiling ncnn for aarch64, once; this takes some minutes", flush=True)
        run("cmake", "-S", sources, "-B", made, *(f"-D{name}={value}" for name, value in OPTIONS.items()))
        run("cmake", "--build", made, "--target", "ncnn", "-j", str(os.cpu_count() or 1))
    headers = [f"-I{os.path.join(place, 'src')}" for place in (sources, made)]
    run(f"{TRIPLE}-g++", "-O2", "-static", *headers, source, library, "-o", program)
    return program


def fetch_sources(folder):
    sources = os.path.join(folder, f"ncnn-1.0.{RELEASE}")
    if os.path.exists(os.path.join(sources, "CMakeLists.txt")):
        return sources
    # pip runs ncnn's setup.py, which derives the version from today's date, and rejects a version that it did not request. pip's build
    # isolation would hide the other date, so the build requirements of ncnn are installed here.
    tools = os.path.join(folder, "tools")
    run(sys.executable, "-m", "pip", "install", *QUIET, "--target", tools, "--upgrade", *BUILD_PACKAGES)
    with open(os.path.join(tools, "sitecustomize.py"), "w", encoding="utf-8") as file:
        file.write(f'import time\ntime.localtime = lambda *seconds: time.strptime("{RELEASE}", "%Y%m%d")\n')
    environment = {**os.environ, "PYTHONPATH": tools}
    words = ["--no-deps", "--no-build-isolation", "--no-binary", "ncnn", "--dest", folder, f"ncnn==1.0.{RELEASE}"]
    run(sys.executable, "-m", "pip", "download", *QUIET, *words, env=environment)
    [archive] = glob.glob(os.path.join(folder, "ncnn-*.tar.gz"))
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    return sources


def run(*command, env=None):
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(command[:4])} failed: {done.stderr.strip().splitlines()[-1:]}")
