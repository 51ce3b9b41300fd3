"""Typical inputs: drawn text, tones and pictures. They are deterministic."""

import numpy as np

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


def photo(random, shape):
    """Soft shapes of different colors, normalized as ImageNet's pictures are."""
    height, width = shape[2:]
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    picture = np.zeros((3, height, width))
    for _ in range(12):
        center, size, color = random.random(2), 0.05 + 0.2 * random.random(), random.random(3)
        blob = np.exp(-((y - center[0]) ** 2 + (x - center[1]) ** 2) / size**2)
        picture += color[:, None, None] * blob
    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    return ((np.clip(picture, 0, 1) - mean[:, None, None]) / deviation[:, None, None])[None]


INPUTS = {"photo": photo, "page": page, "line": line, "tone": tone, "voice": voice, "spectrum": spectrum, "noise": noise}
