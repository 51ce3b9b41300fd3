import { float } from '../../../../graph/ir/graph.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Sampling at given positions and of regions. */
export const samplingFamily: AtenFamily = [
  atenOperator(
    'grid_sampler(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor',
    gridSample,
  ),
  atenOperator(
    'grid_sampler_2d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor',
    gridSample,
  ),
  atenOperator(
    'grid_sampler_3d(Tensor input, Tensor grid, int interpolation_mode, int padding_mode, bool align_corners) -> Tensor',
    gridSample,
  ),
  atenOperator('affine_grid_generator(Tensor theta, SymInt[] size, bool align_corners) -> Tensor', (call) =>
    call.emit('AffineGrid', [call.input('theta'), call.sizeVector(call.sizeList('size'))], {
      align_corners: call.bool('align_corners') ? 1 : 0,
    }),
  ),
  atenOperator(
    'roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, int sampling_ratio, bool aligned) -> Tensor',
    (call) => {
      const { images, boxes } = regions(call);
      return call.emit('RoiAlign', [call.input('input'), boxes, images], {
        output_height: call.int('pooled_height'),
        output_width: call.int('pooled_width'),
        spatial_scale: float(call.float('spatial_scale')),
        sampling_ratio: Math.max(0, call.int('sampling_ratio')),
        coordinate_transformation_mode: call.bool('aligned') ? 'half_pixel' : 'output_half_pixel',
      });
    },
    'torchvision',
  ),
  atenOperator(
    'roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width) -> (Tensor, Tensor)',
    (call) => [
      call.emit('MaxRoiPool', [call.input('input'), call.input('rois')], {
        pooled_shape: [call.int('pooled_height'), call.int('pooled_width')],
        spatial_scale: float(call.float('spatial_scale')),
      }),
      call.unavailable('the indices of the largest elements of regions are not supported'),
    ],
    'torchvision',
  ),
  atenOperator(
    'nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor',
    () => {
      throw new OperatorError('unsupported', 'the number of boxes that non-maximum suppression keeps is dynamic');
    },
    'torchvision',
  ),
];

/** Boxes [N, 5] whose first column is the index of the image. */
function regions(call: AtenCall): { readonly images: string; readonly boxes: string } {
  const rois = call.input('rois');
  const images = call.cast(call.squeeze(call.slice(rois, 1, 0, 1), [1]), 'int64');
  return { images, boxes: call.slice(rois, 1, 1, 5) };
}

const modes = ['linear', 'nearest', 'cubic'] as const;
const paddings = ['zeros', 'border', 'reflection'] as const;

function gridSample(call: AtenCall): string {
  const mode = modes[call.int('interpolation_mode')];
  const padding = paddings[call.int('padding_mode')];
  if (mode === undefined || padding === undefined) throw new OperatorError('invalid', 'the mode of grid_sampler is not supported');
  return call.emit('GridSample', [call.input('input'), call.input('grid')], {
    mode,
    padding_mode: padding,
    align_corners: call.bool('align_corners') ? 1 : 0,
  });
}
