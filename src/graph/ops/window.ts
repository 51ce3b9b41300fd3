import { type Dimension, derive, type Shape } from '../ir/dimension.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';

/** One spatial axis of a convolution or pooling. */
export interface WindowAxis {
  readonly input: Dimension;
  readonly output: Dimension;
  /** Number of taps. */
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Cells from the first tap to the last: `(kernel - 1) * dilation + 1`. */
  readonly extent: number;
  /** Cells added before and after; `undefined` if `auto_pad` makes them depend on a dynamic size. */
  readonly pads: readonly [number, number] | undefined;
}

export type AutoPad = 'NOTSET' | 'VALID' | 'SAME_UPPER' | 'SAME_LOWER';

/** The `auto_pad` attribute; throws for values that ONNX does not define. */
export function autoPad(node: OperatorNode): AutoPad {
  const value = node.string('auto_pad', 'NOTSET') || 'NOTSET';
  if (value === 'NOTSET' || value === 'VALID' || value === 'SAME_UPPER' || value === 'SAME_LOWER') return value;
  throw new OperatorError('invalid', `auto_pad is "${value}"`);
}

/**
 * The axes that the kernel of a convolution or pooling slides over, from the attributes `strides`, `dilations`, `pads`, `auto_pad` and, for
 * pooling, `ceil_mode`. `spatial` and `kernel` are outermost first.
 */
export function windowAxes(node: OperatorNode, spatial: Shape, kernel: readonly number[]): readonly WindowAxis[] {
  const rank = spatial.length;
  const strides = axisValues(node, 'strides', rank, 1);
  const dilations = axisValues(node, 'dilations', rank, 1);
  const mode = autoPad(node);
  const pads = axisPads(node, rank);
  const ceil = node.int('ceil_mode', 0) !== 0;
  if (kernel.length !== rank) {
    throw new OperatorError('invalid', `the kernel has ${kernel.length} axes, but the operand has ${rank} spatial ones`);
  }
  return spatial.map((input, axis): WindowAxis => {
    const taps = kernel[axis] ?? 1;
    const stride = strides[axis] ?? 1;
    const dilation = dilations[axis] ?? 1;
    if (taps < 1 || stride < 1 || dilation < 1) {
      throw new OperatorError('invalid', `kernel ${taps}, stride ${stride} and dilation ${dilation} must be positive`);
    }
    const extent = (taps - 1) * dilation + 1;
    const common = { input, kernel: taps, stride, dilation, extent };
    if (mode === 'SAME_UPPER' || mode === 'SAME_LOWER') {
      const output = ceilDivide(input, stride);
      return { ...common, output, pads: samePads(input, extent, stride, mode === 'SAME_LOWER') };
    }
    const [begin, end]: readonly [number, number] = mode === 'VALID' ? [0, 0] : [pads[axis] ?? 0, pads[axis + rank] ?? 0];
    const output = ceil
      ? derive(
          input,
          (size) => countRoundedUp(size, begin, end, extent, stride),
          (symbol) => `windows(${symbol},${begin},${end},${extent},${stride})`,
        )
      : countRoundedDown(input, begin + end - extent + stride, stride);
    if (typeof output === 'number' && output < 1) {
      throw new OperatorError('invalid', `a kernel that covers ${extent} does not fit an axis of ${input} padded by ${begin} and ${end}`);
    }
    return { ...common, output, pads: [begin, end] };
  });
}

/** An attribute with one value per spatial axis. */
export function axisValues(node: OperatorNode, name: string, rank: number, fallback: number): readonly number[] {
  const values = node.ints(name, undefined);
  if (values === undefined || values.length === 0) return Array.from({ length: rank }, () => fallback);
  if (values.length !== rank) throw new OperatorError('invalid', `${name} has ${values.length} values for ${rank} spatial axes`);
  return values;
}

/** `pads`: the padding before all axes, followed by the padding after all axes. */
export function axisPads(node: OperatorNode, rank: number): readonly number[] {
  const pads = axisValues(node, 'pads', rank * 2, 0);
  if (pads.some((pad) => pad < 0)) throw new OperatorError('unsupported', `negative pads [${pads.join(',')}]`, 'Crop with Slice instead.');
  return pads;
}

/** SAME padding: the smallest that gives `ceil(size / stride)` windows, with the odd cell after or (`lower`) before the input. */
function samePads(input: Dimension, extent: number, stride: number, lower: boolean): readonly [number, number] | undefined {
  // With a stride of 1, the padding does not depend on the size, and a kernel of one tap never needs padding.
  const free = typeof input === 'string';
  if (free && stride > 1 && extent > 1) return undefined;
  const total = free ? (extent > 1 ? extent - 1 : 0) : Math.max(0, (Math.ceil(input / stride) - 1) * stride + extent - input);
  const less = Math.floor(total / 2);
  return lower ? [total - less, less] : [less, total - less];
}

/** `ceil(size / divisor)` in the form of {@link countRoundedDown}, so that equal sizes have equal symbols. */
function ceilDivide(size: Dimension, divisor: number): Dimension {
  return countRoundedDown(size, divisor - 1, divisor);
}

/** `floor((size + offset) / stride)`. */
function countRoundedDown(size: Dimension, offset: number, stride: number): Dimension {
  if (stride === 1 && offset === 0) return size;
  const sum = (symbol: string): string => (offset === 0 ? symbol : `${symbol}${offset < 0 ? '-' : '+'}${Math.abs(offset)}`);
  return derive(
    size,
    (known) => Math.floor((known + offset) / stride),
    (symbol) => (stride === 1 ? sum(symbol) : `floor((${sum(symbol)})/${stride})`),
  );
}

/** The number of windows with `ceil_mode`: the last window may extend beyond the end but must not start in the padding there. */
function countRoundedUp(size: number, begin: number, end: number, extent: number, stride: number): number {
  const count = Math.ceil((size + begin + end - extent) / stride) + 1;
  return (count - 1) * stride >= size + begin ? count - 1 : count;
}
