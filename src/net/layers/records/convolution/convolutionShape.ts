import { hasDynamicWeight } from '../../hasDynamicWeight.ts';
import type { BlobSizes, ShapeCall, ShapeRule } from '../../shapeRule.ts';
import { type WindowAxisParams, type WindowRank, windowAxisParams } from '../../windowAxes.ts';

/** Automatic padding, for which the output size is the input size divided by the stride, rounded up. */
export const samePads: ReadonlySet<number> = new Set([-233, -234]);

/**
 * The output shape of a convolution over `rank` axes.
 *
 * @param takesVector whether a kernel of one element accepts a vector as the channels of one pixel.
 */
export function convolutionShape(rank: WindowRank, takesVector = false): ShapeRule {
  const axes = windowAxisParams[rank];
  return (call) => {
    const { number } = call;
    const [bottom] = call.bottoms;
    if (bottom === undefined || hasDynamicWeight(call)) return undefined;
    const outputs = number('num_output');
    if (takesVector && bottom.length === 1 && number('kernel_w') === 1 && number('kernel_h') === 1) {
      return bottom[0] === number('weight_data_size') / outputs ? [[outputs]] : undefined;
    }
    if (bottom.length !== rank + 1) return undefined;
    const sizes = convolved(call, axes, bottom.slice(1));
    return sizes && [[outputs, ...sizes]];
  };
}

function convolved({ number }: ShapeCall, axes: readonly WindowAxisParams[], sizes: BlobSizes): BlobSizes | undefined {
  const pads = axes.flatMap(({ before, after }) => [number(before), number(after)]);
  const isSame = pads.every((pad) => pad === pads[0]) && samePads.has(pads[0] ?? 0);
  if (!isSame && pads.some((pad) => pad < 0)) return undefined;
  const result = axes.map(({ letter, before, after }, index) => {
    const size = sizes[index] ?? 1;
    const stride = number(`stride_${letter}`);
    const extent = number(`dilation_${letter}`) * (number(`kernel_${letter}`) - 1) + 1;
    if (!isSame) return Math.floor((size + number(before) + number(after) - extent) / stride) + 1;
    const steps = Math.trunc((size - 1) / stride);
    // If the windows do not cover all elements, the padding would be negative.
    return extent + steps * stride < size ? 0 : steps + 1;
  });
  return result.every((size) => size > 0) ? result : undefined;
}
