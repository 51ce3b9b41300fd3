import { notSet } from '../../notSet.ts';
import type { LayerRecord, MeaningCall } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';
import { type WindowRank, windowAxisParams } from '../../windowAxes.ts';

function poolingShape(rank: WindowRank): ShapeRule {
  const axes = windowAxisParams[rank];
  return ({ bottoms: [bottom], number }) => {
    if (bottom?.length !== rank + 1) return undefined;
    const [channels = 0, ...sizes] = bottom;
    if (number('global_pooling') !== 0) return [[channels]];
    if (number('adaptive_pooling') !== 0) {
      const outputSizes = axes.map(({ letter }, index) =>
        number(`out_${letter}`) === notSet ? (sizes[index] ?? 0) : number(`out_${letter}`),
      );
      return outputSizes.every((size) => size > 0) ? [[channels, ...outputSizes]] : undefined;
    }
    const mode = number('pad_mode');
    const result = axes.map(({ letter, before, after }, index) => {
      const size = sizes[index] ?? 0;
      const [kernel, stride] = [number(`kernel_${letter}`), number(`stride_${letter}`)];
      const steps = (size + number(before) + number(after) - kernel) / stride;
      if (mode === 0) return steps < 0 ? 0 : Math.ceil(steps) + 1;
      if (mode === 1) return Math.floor(steps) + 1;
      return kernel + Math.trunc((size - 1) / stride) * stride < size ? 0 : Math.trunc((size - 1) / stride) + 1;
    });
    return result.every((size) => size > 0) ? [[channels, ...result]] : undefined;
  };
}

const poolingParams = {
  pooling_type: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  stride_w: { id: 2, kind: 'int', default: 1 },
  pad_left: { id: 3, kind: 'int', default: 0 },
  global_pooling: { id: 4, kind: 'int', default: 0 },
  pad_mode: { id: 5, kind: 'int', default: 0 },
  avgpool_count_include_pad: { id: 6, kind: 'int', default: 0, since: 20190908 },
  adaptive_pooling: { id: 7, kind: 'int', default: 0, since: 20210124 },
  out_w: { id: 8, kind: 'int', default: 0, since: 20210124 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  stride_h: { id: 12, kind: 'int', default: 'stride_w' },
  pad_top: { id: 13, kind: 'int', default: 'pad_left' },
  pad_right: { id: 14, kind: 'int', default: 'pad_left' },
  pad_bottom: { id: 15, kind: 'int', default: 'pad_top' },
  out_h: { id: 18, kind: 'int', default: 'out_w', since: 20210124 },
} as const;

/** Earlier releases reject an adaptive size that keeps the input size (-233). */
const inputSizeMeaning = ({ has, number }: MeaningCall): number => {
  const usesInputSize = (name: string): boolean => has(name) && number(name) === notSet;
  return number('adaptive_pooling') !== 0 && ['out_w', 'out_h', 'out_d'].some(usesInputSize) ? 20231027 : 0;
};

export const Pooling: LayerRecord<typeof poolingParams> = {
  index: 21,
  since: 20170724,
  half: 'summed',
  meaningSince: inputSizeMeaning,
  family: 'pooling',
  oneBlobOnly: true,
  params: poolingParams,
  shape: poolingShape(2),
  creates: { always: ['Padding'] },
};

const pooling1DParams = {
  pooling_type: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  stride_w: { id: 2, kind: 'int', default: 1 },
  pad_left: { id: 3, kind: 'int', default: 0 },
  global_pooling: { id: 4, kind: 'int', default: 0 },
  pad_mode: { id: 5, kind: 'int', default: 0 },
  avgpool_count_include_pad: { id: 6, kind: 'int', default: 0 },
  adaptive_pooling: { id: 7, kind: 'int', default: 0 },
  out_w: { id: 8, kind: 'int', default: 0 },
  pad_right: { id: 14, kind: 'int', default: 'pad_left' },
} as const;

export const Pooling1D: LayerRecord<typeof pooling1DParams> = {
  index: 82,
  since: 20210720,
  family: 'pooling',
  oneBlobOnly: true,
  params: pooling1DParams,
  shape: poolingShape(1),
  creates: { always: ['Padding'] },
};

const pooling3DParams = {
  pooling_type: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  stride_w: { id: 2, kind: 'int', default: 1 },
  pad_left: { id: 3, kind: 'int', default: 0 },
  global_pooling: { id: 4, kind: 'int', default: 0 },
  pad_mode: { id: 5, kind: 'int', default: 0 },
  avgpool_count_include_pad: { id: 6, kind: 'int', default: 0 },
  adaptive_pooling: { id: 7, kind: 'int', default: 0 },
  out_w: { id: 8, kind: 'int', default: 0 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  stride_h: { id: 12, kind: 'int', default: 'stride_w' },
  pad_top: { id: 13, kind: 'int', default: 'pad_left' },
  pad_right: { id: 14, kind: 'int', default: 'pad_left' },
  pad_bottom: { id: 15, kind: 'int', default: 'pad_top' },
  pad_behind: { id: 16, kind: 'int', default: 'pad_front' },
  out_h: { id: 18, kind: 'int', default: 'out_w' },
  kernel_d: { id: 21, kind: 'int', default: 'kernel_w' },
  stride_d: { id: 22, kind: 'int', default: 'stride_w' },
  pad_front: { id: 23, kind: 'int', default: 'pad_left' },
  out_d: { id: 28, kind: 'int', default: 'out_w' },
} as const;

export const Pooling3D: LayerRecord<typeof pooling3DParams> = {
  index: 86,
  since: 20211208,
  meaningSince: inputSizeMeaning,
  family: 'pooling',
  oneBlobOnly: true,
  params: pooling3DParams,
  shape: poolingShape(3),
  creates: { always: ['Padding'] },
};

const sppParams = {
  pooling_type: { id: 0, kind: 'int', default: 0 },
  pyramid_height: { id: 1, kind: 'int', default: 1 },
} as const;

export const SPP: LayerRecord<typeof sppParams> = {
  index: 34,
  since: 20170724,
  family: 'pooling',
  oneBlobOnly: true,
  offByDefault: true,
  params: sppParams,
  creates: { always: ['Padding'] },
  withoutKernel: 'ncnn leaves it out by default because it writes beyond its blob',
};
