import { type RoiBox, type RoiSizes, roiAlign, roiMaxPool, samplesPerCell } from '../../../kernels/roi.ts';
import { elementCount, formatShape } from '../../ir/dimension.ts';
import { checkList } from '../../ir/limits.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { axisSize, operandSize, resultSize } from '../rules/cost.ts';

/** Pooling of regions of interest, each to a grid of fixed size. */
export const roiOperators: OperatorFamily = {
  MaxRoiPool: {
    // The cells of a region overlap in few pixels.
    cost: (node, results) => resultSize(results) * 4 + 4 * axisSize(node, 1, 0) * operandSize(node, 0),
    infer: (node) => {
      const [height, width] = pooledSize(node);
      checkOperands(node, 5);
      return [{ dtype: node.input(0).dtype, shape: [node.shape(1)[0] ?? 1, node.shape(0)[1] ?? 1, height, width] }];
    },
    evaluate: (node, [x, rois]) => {
      const regions = present(rois).toFloat64();
      const [outputHeight, outputWidth] = pooledSize(node);
      const sizes = roiSizes(present(x), outputHeight, outputWidth, node.float('spatial_scale', 1));
      return [
        eachRegion(present(x), present(rois).shape[0] ?? 0, sizes, (region, values, target) => {
          const [image = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0] = regions.subarray(region * 5, region * 5 + 5);
          roiMaxPool(values, image * imageSize(sizes), [x1, y1, x2, y2], sizes, target);
        }),
      ];
    },
  },
  RoiAlign: {
    cost: roiAlignCost,
    infer: (node) => {
      checkOperands(node, 4);
      const shape = [node.shape(1)[0] ?? 1, node.shape(0)[1] ?? 1, node.int('output_height', 1), node.int('output_width', 1)];
      return [{ dtype: node.input(0).dtype, shape }];
    },
    evaluate: (node, [x, rois, images]) => {
      const sizes = roiSizes(present(x), node.int('output_height', 1), node.int('output_width', 1), node.float('spatial_scale', 1));
      const rule = roiAlignRule(node);
      const places = present(images).toIntegers();
      const regions = present(rois).toFloat64();
      return [
        eachRegion(present(x), present(rois).shape[0] ?? 0, sizes, (region, values, target) => {
          const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = regions.subarray(region * 4, region * 4 + 4);
          const { outputHeight, outputWidth, spatialScale } = sizes;
          const rows = outputHeight * samplesPerCell(y1, y2, outputHeight, spatialScale, rule);
          checkList(rows * outputWidth * samplesPerCell(x1, x2, outputWidth, spatialScale, rule));
          roiAlign(values, (places[region] ?? 0) * imageSize(sizes), [x1, y1, x2, y2] satisfies RoiBox, sizes, rule, target);
        }),
      ];
    },
  },
};

/** Each sample of a cell reads four neighbors; the number of samples in a large region is not bounded. */
function roiAlignCost(node: OperatorNode): number {
  const [height, width, scale] = [node.int('output_height', 1), node.int('output_width', 1), node.float('spatial_scale', 1)];
  const rule = roiAlignRule(node);
  const regions = node.constant(1)?.toFloat64() ?? new Float64Array(0);
  let samples = 0;
  for (let at = 0; at < regions.length; at += 4) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = regions.subarray(at, at + 4);
    samples += height * samplesPerCell(y1, y2, height, scale, rule) * width * samplesPerCell(x1, x2, width, scale, rule);
  }
  return samples * axisSize(node, 0, 1) * stepsPerSample;
}

const stepsPerSample = 16;

/** Features are [samples, channels, height, width], regions [count, width]. */
function checkOperands(node: OperatorNode, width: number): void {
  const [features, regions] = [node.shape(0), node.shape(1)];
  if (features.length !== 4) throw new OperatorError('invalid', `the features have ${features.length} axes, not 4`);
  const [, columns] = regions;
  if (regions.length !== 2 || (typeof columns === 'number' && columns !== width)) {
    throw new OperatorError('invalid', `the regions must be of the shape [count,${width}], not ${formatShape(regions)}`);
  }
}

/** The sampling of a RoiAlign; throws if `mode` or the coordinate transformation is not defined by ONNX. */
export function roiAlignRule(node: OperatorNode): { mode: 'avg' | 'max'; samplingRatio: number; halfPixel: boolean } {
  const mode = node.string('mode', 'avg');
  const transformation = node.string('coordinate_transformation_mode', 'half_pixel');
  if (mode !== 'avg' && mode !== 'max') throw new OperatorError('invalid', `mode is "${mode}"`);
  if (transformation !== 'half_pixel' && transformation !== 'output_half_pixel') {
    throw new OperatorError('invalid', `coordinate_transformation_mode is "${transformation}"`);
  }
  return { mode, samplingRatio: node.int('sampling_ratio', 0), halfPixel: transformation === 'half_pixel' };
}

/** `pooled_shape` of a MaxRoiPool. */
export function pooledSize(node: OperatorNode): readonly [height: number, width: number] {
  const [height, width] = node.ints('pooled_shape');
  if (height === undefined || width === undefined) throw new OperatorError('invalid', 'pooled_shape must have two values');
  return [height, width];
}

function roiSizes(x: Tensor, outputHeight: number, outputWidth: number, spatialScale: number): RoiSizes {
  const [, channels = 1, height = 1, width = 1] = x.shape;
  return { channels, height, width, outputHeight, outputWidth, spatialScale };
}

function imageSize({ channels, height, width }: RoiSizes): number {
  return channels * height * width;
}

function eachRegion(
  x: Tensor,
  count: number,
  { channels, outputHeight, outputWidth }: RoiSizes,
  pool: (region: number, values: Float64Array, target: Float64Array) => void,
): Tensor {
  const values = x.toFloat64();
  const shape = [count, channels, outputHeight, outputWidth];
  const size = channels * outputHeight * outputWidth;
  const result = new Float64Array(elementCount(shape));
  for (let region = 0; region < count; region++) pool(region, values, result.subarray(region * size, (region + 1) * size));
  return numericTensor(x.dtype, shape, result);
}
