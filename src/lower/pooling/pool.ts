import { isStatic } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { windowCounts } from '../../kernels/pooling.ts';
import { triple } from '../../kernels/window.ts';
import type { BlobShape } from '../../net/net.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { dynamicPadsError } from '../window.ts';
import { dilatedMax, dilatedSum } from './dilated.ts';
import { isDilated, type PoolOperand, poolingLayer, poolingOf, type Windows, windowsOf } from './windows.ts';

/** Pooling over one to three axes. Batch and channels share one blob axis, so any batch size works. */
export const poolLowerings: LoweringFamily = {
  MaxPool: (node) => {
    if (node.hasOutput(1)) {
      throw new OperatorError('unsupported', 'ncnn does not output the indices of a max pooling', 'Export the model without the indices.');
    }
    const pooling = poolingOf(node);
    const shape = [pooling.channels, ...pooling.outputs];
    node.define(0, isDilated(pooling) ? dilatedMax(node, pooling) : poolingLayer(node, pooling.bottom, 'MAX', windowsOf(pooling), shape));
  },
  AveragePool: (node) => {
    const pooling = poolingOf(node);
    const countPads =
      node.int('count_include_pad', 0) !== 0 && pooling.axes.some(({ pads }) => pads === undefined || pads[0] + pads[1] > 0);
    node.define(0, isDilated(pooling) ? dilatedAverage(node, pooling, countPads) : average(node, pooling, countPads));
  },
  LpPool: (node) => {
    const p = node.int('p', 2);
    const pooling = poolingOf(node);
    const shape = [pooling.channels, ...pooling.outputs];
    const powers = raised(node, pooling.bottom, p);
    const taps = pooling.axes.reduce((count, { kernel }) => count * kernel, 1);
    // A mean that counts the padding, which is 0, equals the sum up to a factor.
    const sum = isDilated(pooling)
      ? dilatedSum(node, pooling, powers, 1)
      : withScalar(node, 'MUL', poolingLayer(node, powers, 'AVE', windowsOf(pooling), shape, true), taps);
    node.define(0, rooted(node, sum, p));
  },
};

function average(node: LoweringNode, pooling: PoolOperand, countPads: boolean): DraftBlob {
  const windows = windowsOf(pooling);
  const shape = [pooling.channels, ...pooling.outputs];
  if (windows.mode > 1) {
    // With SAME padding ncnn cannot exclude the padding from the count.
    if (!countPads) throw dynamicPadsError();
    return poolingLayer(node, pooling.bottom, 'AVE', windows, shape, true);
  }
  if (!countPads) return poolingLayer(node, pooling.bottom, 'AVE', windows, shape);
  const beyond = windows.axes.map(({ end }, axis) => end - (pooling.axes[axis]?.pads?.[1] ?? 0));
  if (windows.mode === 1 && beyond.every((cells) => cells <= 0)) return poolingLayer(node, pooling.bottom, 'AVE', windows, shape, true);
  // Elements of the declared padding count, those beyond it do not. The declared padding becomes part of the operand.
  const within = windows.axes.map((axis, index) => ({ ...axis, begin: 0, end: Math.max(0, beyond[index] ?? 0) }));
  return poolingLayer(node, padded(node, pooling), 'AVE', { mode: windows.mode, axes: within }, shape);
}

/** The operand with its declared padding added as zeros. */
function padded(node: LoweringNode, { bottom, channels, axes }: PoolOperand): DraftBlob {
  const ends = axes.map(({ pads }) => pads ?? [0, 0]);
  const [width = [0, 0], height = [0, 0], depth = [0, 0]] = [...ends].reverse();
  const params = { left: width[0], right: width[1], top: height[0], bottom: height[1], front: depth[0], behind: depth[1] };
  const sizes = axes.map(({ input, pads = [0, 0] }) =>
    typeof input === 'number' ? input + pads[0] + pads[1] : `(${input}+${pads[0] + pads[1]})`,
  );
  return node.layer('Padding', [bottom], params, [channels, ...sizes]);
}

function dilatedAverage(node: LoweringNode, pooling: PoolOperand, countPads: boolean): DraftBlob {
  const { axes, outputs, channels, bottom } = pooling;
  const taps = axes.reduce((count, { kernel }) => count * kernel, 1);
  const complete = !pooling.ceil && (countPads || axes.every(({ pads }) => pads !== undefined && pads[0] + pads[1] === 0));
  if (complete) return dilatedSum(node, pooling, bottom, 1 / taps);
  const counts = countsOf(pooling, windowsOf(pooling), countPads);
  const [first = 1] = counts;
  if (counts.every((count) => count === first)) return dilatedSum(node, pooling, bottom, 1 / first);
  const countsShape: BlobShape = [1, ...outputs];
  if (!isStatic(countsShape)) throw dynamicPadsError();
  const sum = dilatedSum(node, pooling, bottom, 1);
  return binary(node, 'DIV', node.view(sum, [channels, ...outputs]), node.constantBlob(Float32Array.from(counts), countsShape, 'counts'));
}

/** The divisor of each window. */
function countsOf({ axes, outputs }: PoolOperand, windows: Windows, countPads: boolean): Float64Array {
  const input = axes.map((axis) => axis.input);
  if (!isStatic(input) || !isStatic(outputs)) throw dynamicPadsError();
  const pick = (value: (axis: Windows['axes'][number]) => number, fill: number): ReturnType<typeof triple> =>
    triple(windows.axes.map(value), fill);
  const sizes = {
    input: triple(input, 1),
    output: triple(outputs, 1),
    kernel: pick((axis) => axis.kernel, 1),
    stride: pick((axis) => axis.stride, 1),
    dilation: pick((axis) => axis.dilation, 1),
    padBegin: pick((axis) => axis.begin, 0),
  };
  const declaredEnds = triple(
    axes.map(({ pads }) => pads?.[1] ?? 0),
    0,
  );
  return windowCounts(sizes, countPads ? declaredEnds : undefined);
}

/** `|x| ** p`. */
export function raised(node: LoweringNode, blob: DraftBlob, p: number): DraftBlob {
  if (p === 2) return unary(node, 'SQUARE', blob);
  const absolute = unary(node, 'ABS', blob);
  return p === 1 ? absolute : withScalar(node, 'POW', absolute, p);
}

/** `x ** (1 / p)`. */
export function rooted(node: LoweringNode, blob: DraftBlob, p: number): DraftBlob {
  if (p === 1) return blob;
  return p === 2 ? unary(node, 'SQRT', blob) : withScalar(node, 'POW', blob, 1 / p);
}
