import { type Dimension, product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { poolAxes } from '../../graph/ops/pooling/pool.ts';
import { autoPad, type WindowAxis } from '../../graph/ops/window.ts';
import { poolingCodes } from '../../net/layers/codes.ts';
import type { BlobShape } from '../../net/net.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { dynamicPadsError, type SlidingAxis } from '../window.ts';

/**
 * ncnn's padding modes of pooling: 0 pads for a full last window, 1 uses the given pads, 2 and 3 are SAME with the odd element at the end
 * or the start.
 */
export type WindowPadMode = 0 | 1 | 2 | 3;

/** The windows of a pooling in ncnn's parameters. */
export interface Windows {
  readonly mode: WindowPadMode;
  /** Outermost first. The pads are 0 in modes 2 and 3. */
  readonly axes: readonly SlidingAxis[];
}

/** A pooling and its operand. Batch and channels are merged, because pooling treats them in the same way. */
export interface PoolOperand {
  readonly bottom: DraftBlob;
  readonly channels: Dimension;
  readonly axes: readonly WindowAxis[];
  readonly outputs: BlobShape;
  readonly ceil: boolean;
  /** Whether SAME padding puts the odd element at the start. */
  readonly lower: boolean;
}

export function poolingOf(node: LoweringNode): PoolOperand {
  const axes = poolAxes(node);
  if (axes.length > 3) throw new OperatorError('unsupported', `ncnn pools over one to three axes, not ${axes.length}`);
  const [batch = 1, channels = 1, ...spatial] = node.shape(0);
  const merged = product([batch, channels]);
  return {
    bottom: node.blob(0, [merged, ...spatial]),
    channels: merged,
    axes,
    outputs: axes.map((axis) => axis.output),
    ceil: node.int('ceil_mode', 0) !== 0 && !autoPad(node).startsWith('SAME'),
    lower: autoPad(node) === 'SAME_LOWER',
  };
}

/**
 * Pads that give exactly the windows of ONNX. If the sizes are known, they are element counts, where the end may differ from the declared
 * padding. Otherwise ncnn must round up like ONNX, which it does if no window can start in the padding.
 */
export function windowsOf({ axes, ceil, lower }: PoolOperand): Windows {
  if (axes.some(({ pads }) => pads === undefined)) {
    if (axes.some(({ kernel, stride }) => kernel < stride)) throw dynamicPadsError();
    return { mode: lower ? 3 : 2, axes: axes.map((axis) => sliding(axis, 0, 0)) };
  }
  const isDynamic = axes.some(({ input }) => typeof input === 'string');
  const mode = isDynamic && ceil ? 0 : 1;
  return {
    mode,
    axes: axes.map((axis) => {
      const [begin, end] = axis.pads ?? [0, 0];
      if (typeof axis.input === 'string' || typeof axis.output === 'string') {
        if (ceil && end + axis.stride > axis.extent) throw dynamicPadsError();
        return sliding(axis, begin, end);
      }
      const needed = (axis.output - 1) * axis.stride + axis.extent - axis.input - begin;
      if (mode === 0 && needed < 0) throw dynamicPadsError();
      // The declared end padding is kept if it gives the same windows.
      const same = mode === 1 && end >= needed && end < needed + axis.stride;
      return sliding(axis, begin, same ? end : Math.max(0, needed));
    }),
  };
}

function sliding({ kernel, stride, dilation }: WindowAxis, begin: number, end: number): SlidingAxis {
  return { kernel, stride, dilation, begin, end };
}

/** An ncnn pooling layer with undilated windows. */
export function poolingLayer(
  node: LoweringNode,
  bottom: DraftBlob,
  type: keyof typeof poolingCodes,
  { mode, axes }: Windows,
  shape: BlobShape,
  countPads = false,
): DraftBlob {
  const [last, middle, first] = [...axes].reverse();
  if (last === undefined) throw new OperatorError('invalid', 'no axis to pool over');
  const width = {
    pooling_type: poolingCodes[type].code,
    kernel_w: last.kernel,
    stride_w: last.stride,
    pad_left: last.begin,
    pad_right: last.end,
    pad_mode: mode,
    avgpool_count_include_pad: countPads ? 1 : 0,
  };
  if (middle === undefined) return node.layer('Pooling1D', [bottom], width, shape);
  const { kernel: kernel_h, stride: stride_h, begin: pad_top, end: pad_bottom } = middle;
  const height = { ...width, kernel_h, stride_h, pad_top, pad_bottom };
  if (first === undefined) return node.layer('Pooling', [bottom], height, shape);
  const { kernel: kernel_d, stride: stride_d, begin: pad_front, end: pad_behind } = first;
  return node.layer('Pooling3D', [bottom], { ...height, kernel_d, stride_d, pad_front, pad_behind }, shape);
}

/** Whether a pooling is dilated, which ncnn's pooling layers do not support. */
export function isDilated({ axes }: PoolOperand): boolean {
  return axes.some(({ kernel, dilation }) => kernel > 1 && dilation > 1);
}
