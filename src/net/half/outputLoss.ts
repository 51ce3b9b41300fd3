import type { BlobData } from '../execute.ts';
import { activationCodes } from '../layers/codes.ts';
import { paramReader } from '../layers/params.ts';
import type { Layer, Net } from '../net.ts';
import { largestLossOf, selectionLossOf } from './loss.ts';

type Blobs = ReadonlyMap<string, BlobData>;

/** Maps of probabilities have at least this many elements. */
const smallestMap = 1024;

/** The largest loss of an output. Maps of probabilities, which apps cut at a threshold, may lose half as much of what is selected. */
export function outputLoss(net: Net, feeds: Blobs, expected: Blobs, actual: Blobs): number {
  let loss = 0;
  for (const [name, blob] of expected) {
    const found = actual.get(name);
    if (found === undefined) return Number.POSITIVE_INFINITY;
    const isMap = isMapOfPicture(blob, feeds) && isSigmoid(net.layers.find(({ tops }) => tops.includes(name)));
    loss = Math.max(loss, isMap ? 2 * selectionLossOf(blob, found) : largestLossOf(blob, found));
  }
  return loss;
}

/** Whether a blob has an element for each pixel of an input, or for each square of pixels. */
function isMapOfPicture({ shape, values }: BlobData, feeds: Blobs): boolean {
  const [, height = 0, width = 0] = shape;
  if (shape.length !== 3 || values.length < smallestMap) return false;
  return [...feeds.values()].some((input) => {
    const [, inputHeight = 0, inputWidth = 0] = input.shape;
    const side = inputHeight / height;
    return input.shape.length === 3 && Number.isInteger(side) && inputWidth === side * width;
  });
}

function isSigmoid(layer: Layer | undefined): boolean {
  if (layer === undefined || layer.type === 'Custom') return false;
  const { has, number } = paramReader(layer);
  return layer.type === 'Sigmoid' || (has('activation_type') && number('activation_type') === activationCodes.SIGMOID.code);
}
