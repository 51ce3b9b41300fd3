import { OperatorError } from '../../../graph/operator.ts';
import { Tensor } from '../../../graph/tensor.ts';
import type { OperatorRules, SymbolOperator } from '../operator.ts';

/** Boxes of single shot detectors. */
export const detectionRules: OperatorRules = {
  _contrib_MultiBoxPrior: multiBoxPrior,
  MultiBoxPrior: multiBoxPrior,
};

/**
 * Corners of boxes around the centre of each cell, as parts of the image: each size with the first ratio, then the first size with
 * the other ratios. Only the size of the operand matters, so they are constants. [1, height · width · (sizes + ratios − 1), 4]
 */
function multiBoxPrior(node: SymbolOperator): string {
  const { attributes } = node;
  const [, , height = 1, width = 1] = node.sizes(node.input(0));
  const sizes = attributes.numbers('sizes', [1]);
  const ratios = attributes.numbers('ratios', [1]);
  const [offsetY = 0.5, offsetX = 0.5] = attributes.numbers('offsets', []);
  const [givenY = -1, givenX = -1] = attributes.numbers('steps', []);
  const [stepY, stepX] = [givenY > 0 ? givenY : 1 / height, givenX > 0 ? givenX : 1 / width];
  const clip = attributes.boolean('clip', false);
  const [firstSize = 1, firstRatio = 1] = [sizes[0], ratios[0]];
  const shapes = [...sizes.map((size) => [size, firstRatio] as const), ...ratios.slice(1).map((ratio) => [firstSize, ratio] as const)];
  const halves = shapes.map(([size, ratio]) => [(size * height * Math.sqrt(ratio)) / width / 2, size / Math.sqrt(ratio) / 2] as const);
  const count = height * width * halves.length;
  if (!(count <= 1 << 24)) throw new OperatorError('limit', `${count} boxes are too many`);
  const values = new Float32Array(count * 4);
  let place = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [y, x] = [(row + offsetY) * stepY, (column + offsetX) * stepX];
      for (const [halfWidth, halfHeight] of halves) {
        for (const corner of [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight]) {
          values[place++] = clip ? Math.min(1, Math.max(0, corner)) : corner;
        }
      }
    }
  }
  return node.constant(Tensor.of('float32', [1, count, 4], values));
}
