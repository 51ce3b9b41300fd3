import { OperatorError } from '../../graph/operator.ts';
import { pooledSize, roiAlignRule } from '../../graph/ops/pooling/roi.ts';
import { samplePlaces } from '../../kernels/roi.ts';
import type { BlobShape } from '../../net/net.ts';
import type { Blob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

/** Pooling of regions, of which an ncnn layer knows one: there is a layer for each, and a Concat. */
export const roiLowerings: LoweringFamily = {
  MaxRoiPool: (node) => {
    const [pooled_height, pooled_width] = pooledSize(node);
    const params = { pooled_width, pooled_height, spatial_scale: node.float('spatial_scale', 1) };
    const { features, channels, count } = operands(node);
    const shape = [channels, pooled_height, pooled_width];
    const regions = liveRegions(node, count) ?? constantRegions(node, count, 5).map((region) => regionBlob(node, region));
    stacked(
      node,
      regions.map((region) => node.layer('ROIPooling', [features, region], params, shape)),
      shape,
    );
  },
  RoiAlign: (node) => {
    const { mode, samplingRatio, halfPixel } = roiAlignRule(node);
    if (mode === 'max') throw new OperatorError('unsupported', 'ncnn takes the mean of the samples of a region, not their maximum');
    if (node.isLive(1)) {
      throw new OperatorError(
        'unsupported',
        'the regions must be constants, for ncnn reads beyond the features for samples on their very edge',
      );
    }
    const { features, channels, count } = operands(node);
    const pooled_height = node.int('output_height', 1);
    const pooled_width = node.int('output_width', 1);
    const spatial_scale = node.float('spatial_scale', 1);
    const params = { pooled_width, pooled_height, spatial_scale, sampling_ratio: samplingRatio, aligned: halfPixel ? 1 : 0, version: 1 };
    const shape = [channels, pooled_height, pooled_width];
    const [, , height, width] = node.staticShape(0);
    const results = constantRegions(node, count, 4).map((region) => {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = region;
      const rule = { mode, samplingRatio, halfPixel };
      const rows = samplePlaces(y1, y2, pooled_height, spatial_scale, rule);
      const columns = samplePlaces(x1, x2, pooled_width, spatial_scale, rule);
      const onEdge = (places: readonly number[], size = 0): boolean => places.some((place) => Math.abs(place - size) < size * 1e-5);
      if (onEdge(rows, height) || onEdge(columns, width)) {
        throw new OperatorError(
          'unsupported',
          `ncnn reads beyond the features for samples on their very edge, as in region ${region.join(',')}`,
        );
      }
      return node.layer('ROIAlign', [features, regionBlob(node, region)], params, shape);
    });
    stacked(node, results, shape);
  },
};

/** More layers than this are no use to anybody. */
const mostRegions = 256;

function operands(node: LoweringNode): { readonly features: Blob; readonly channels: BlobShape[number]; readonly count: number } {
  const sample = node.sampleShape(0);
  const [count] = node.shape(1);
  if (typeof count !== 'number') throw new OperatorError('shape', 'the number of regions is not known');
  if (count < 1 || count > mostRegions) {
    throw new OperatorError('unsupported', `ncnn pools one region at a time; ${count} would take as many layers`);
  }
  return { features: node.blob(0, sample), channels: sample[0] ?? 1, count };
}

/** The corners of each region, without the index of the image in front where rows are `width` 5 long. */
function constantRegions(node: LoweringNode, count: number, width: 4 | 5): readonly (readonly number[])[] {
  const values = node.constant(1)?.toFloat32() ?? new Float32Array();
  return Array.from({ length: count }, (_, index) => [...values.subarray(index * width + width - 4, (index + 1) * width)]);
}

function regionBlob(node: LoweringNode, region: readonly number[]): Blob {
  return node.constantBlob(Float32Array.from(region), [4], `region ${region.join(',')}`);
}

/** Rows [image, x1, y1, x2, y2] that are computed when the net runs, as one blob of corners each. */
function liveRegions(node: LoweringNode, count: number): readonly Blob[] | undefined {
  if (!node.isLive(1)) return undefined;
  const corners = node.layer('Crop', [node.blob(1, [count, 5])], { starts: [1], ends: [5], axes: [1] }, [count, 4]);
  if (count === 1) return [node.view(corners, [4])];
  const slices = Array.from({ length: count }, () => 1);
  const shapes = slices.map(() => [1, 4]);
  return node.layers('Slice', [corners], { slices, axis: 0 }, shapes).map((row) => node.view(row, [4]));
}

function stacked(node: LoweringNode, results: readonly Blob[], [channels = 1, height = 1, width = 1]: BlobShape): void {
  const [only] = results;
  if (only !== undefined && results.length === 1) node.define(0, only);
  else if (typeof channels !== 'number') throw new OperatorError('shape', 'the number of channels is not known');
  else node.define(0, node.layer('Concat', results, { axis: 0 }, [channels * results.length, height, width]));
}
