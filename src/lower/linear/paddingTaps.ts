import type { Tensor } from '../../graph/ir/tensor.ts';
import { computedWeight, floatsOf, type Weight } from '../../net/weight.ts';
import { weightOfTensor } from '../builder.ts';
import type { SlidingAxis } from '../window.ts';

/** Number of kernel positions at the beginning and the end that only ever read padding. */
interface Unused {
  readonly before: number;
  readonly after: number;
}

/**
 * Removes the kernel positions that read only padding at every output position: with an image of 14 pixels and a kernel of three taps 24
 * apart, only the middle tap reads pixels. Returns `undefined` if all positions are needed or a size is not known.
 */
export function withoutPaddingTaps(
  axes: readonly (SlidingAxis & { readonly input: unknown; readonly output: unknown })[],
  weight: Tensor,
): { readonly axes: readonly SlidingAxis[]; readonly weight: Weight } | undefined {
  const unused = axes.map(unusedTaps);
  if (unused.every(({ before, after }) => before === 0 && after === 0)) return undefined;
  const neededAxes = axes.map(({ kernel, stride, dilation, begin, end }, axis): SlidingAxis => {
    const { before, after } = unused[axis] ?? { before: 0, after: 0 };
    const remaining = kernel - before - after;
    return {
      kernel: remaining,
      stride,
      dilation: remaining === 1 ? 1 : dilation,
      begin: begin - before * dilation,
      end: end - after * dilation,
    };
  });
  const planes = (weight.shape[0] ?? 1) * (weight.shape[1] ?? 1);
  const length = neededAxes.reduce((product, { kernel }) => product * kernel, planes);
  return {
    axes: neededAxes,
    weight: computedWeight(length, () => cropped(floatsOf(weightOfTensor(weight)), planes, axes, neededAxes, unused)),
  };
}

function unusedTaps({
  kernel,
  stride,
  dilation,
  begin,
  end,
  input,
  output,
}: SlidingAxis & { readonly input: unknown; readonly output: unknown }): Unused {
  if (typeof input !== 'number' || typeof output !== 'number' || begin < 0 || end < 0) return { before: 0, after: 0 };
  const reach = stride * (output - 1);
  const first = (tap: number): number => tap * dilation - begin;
  let before = 0;
  // The padding shrinks with the kernel. It must not become negative, which ncnn does not support.
  while (before < kernel - 1 && first(before) + reach < 0 && begin >= (before + 1) * dilation) before++;
  let after = 0;
  while (before + after < kernel - 1 && first(kernel - 1 - after) >= input && end >= (after + 1) * dilation) after++;
  return { before, after };
}

/** Crops kernel values to the needed positions, on up to three axes. */
function cropped(
  values: Float32Array,
  planes: number,
  whole: readonly SlidingAxis[],
  neededAxes: readonly SlidingAxis[],
  unused: readonly Unused[],
): Float32Array {
  let current = values;
  let outer = planes;
  for (const [axis, { kernel }] of whole.entries()) {
    const inner = whole.slice(axis + 1).reduce((product, each) => product * each.kernel, 1);
    const [size, skipped] = [neededAxes[axis]?.kernel ?? kernel, unused[axis]?.before ?? 0];
    const next = new Float32Array(outer * size * inner);
    for (let block = 0; block < outer; block++) {
      const from = (block * kernel + skipped) * inner;
      next.set(current.subarray(from, from + size * inner), block * size * inner);
    }
    [current, outer] = [next, outer * size];
  }
  return current;
}
