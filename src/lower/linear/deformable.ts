import { OperatorError } from '../../graph/operator.ts';
import { convolutionPlan } from '../../graph/ops/linear/convolution.ts';
import { weightOfTensor } from '../builder.ts';
import type { LoweringFamily } from '../node.ts';
import { heightParams, slidingAxes, widthParams } from '../window.ts';

/** ncnn deforms two-dimensional convolutions with one group of channels and one of offsets. */
export const deformableConvolutionLowerings: LoweringFamily = {
  DeformConv: (node) => {
    const { outputChannels, groups, axes } = convolutionPlan(node);
    const offsetGroups = node.int('offset_group', 1);
    const [height, width] = slidingAxes(axes, false);
    if (axes.length !== 2 || groups !== 1 || offsetGroups !== 1 || height === undefined || width === undefined) {
      throw new OperatorError(
        'unsupported',
        `ncnn has deformable convolutions over two axes with one group, not over ${axes.length} with ${groups} groups of channels and ${offsetGroups} of offsets`,
      );
    }
    const weight = node.constant(1);
    const bias = node.constant(3);
    if (weight === undefined || node.isLive(3) || typeof outputChannels !== 'number') {
      throw new OperatorError('unsupported', 'weight and bias of a deformable convolution must be constants');
    }
    const mask = node.optionalInput(4) === undefined ? [] : [node.blob(4, node.sampleShape(4))];
    const bottoms = [node.blob(0, node.sampleShape(0)), node.blob(2, node.sampleShape(2)), ...mask];
    const params = {
      num_output: outputChannels,
      bias_term: bias === undefined ? 0 : 1,
      weight_data_size: weight.size,
      ...widthParams(width),
      ...heightParams(height),
    };
    const shape = [outputChannels, ...axes.map((axis) => axis.output)];
    const weights = [weightOfTensor(weight), ...(bias === undefined ? [] : [weightOfTensor(bias)])];
    node.define(0, node.layer('DeformableConv2D', bottoms, params, shape, weights));
  },
};
