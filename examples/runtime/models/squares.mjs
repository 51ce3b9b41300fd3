/** Writes squares.caffemodel, the weights of squares.prototxt: `node squares.mjs`. A net that you trained comes as two such files. */
import { writeFileSync } from 'node:fs';

/** Of the nine cells around: the middle one, and all. A box of 8 wants a dark middle and white around it, one of 24 wants nine dark cells. */
const [middle, around] = [
  [0, 0, 0, 0, 1, 0, 0, 0, 0],
  [1, 1, 1, 1, 0, 1, 1, 1, 1],
];
const small = middle.map((value, index) => 8 * value - 8 * around[index]);
const large = middle.map((value, index) => value + around[index]);
const none = Array.from({ length: 9 }, () => 0);

const layers = [
  // Pixels of 0 (black) to 255 become 1 to 0.
  {
    name: 'darkness',
    blobs: [
      [
        [1, 3, 1, 1],
        [-1 / 765, -1 / 765, -1 / 765],
      ],
      [[1], [1]],
    ],
  },
  // Background and square of the small box, then of the large one.
  {
    name: 'conf',
    blobs: [
      [
        [4, 1, 3, 3],
        [...none, ...small, ...none, ...large],
      ],
      [[4], [0, -4, 0, -8]],
    ],
  },
  {
    name: 'loc',
    blobs: [
      [
        [8, 1, 1, 1],
        [0, 0, 0, 0, 0, 0, 0, 0],
      ],
    ],
  },
];

/** Fields of caffe.proto: NetParameter.layer 100; LayerParameter.name 1, .blobs 7; BlobProto.data 5, .shape 7; BlobShape.dim 1. */
const bytes = layers.flatMap(({ name, blobs }) =>
  message(100, [
    ...message(1, [...Buffer.from(name)]),
    ...blobs.flatMap(([shape, values]) =>
      message(7, [...message(7, message(1, shape)), ...message(5, [...Buffer.from(Float32Array.from(values).buffer)])]),
    ),
  ]),
);
writeFileSync(new URL('squares.caffemodel', import.meta.url), Uint8Array.from(bytes));

/** A field with its length in front. All numbers here are small. */
function message(field, content) {
  return [...varint((field << 3) | 2), ...varint(content.length), ...content];
}

function varint(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}
