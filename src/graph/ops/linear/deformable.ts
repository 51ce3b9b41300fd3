import { convolveDeformable } from '../../../kernels/deformable.ts';
import { isStatic } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { convolutionCost } from '../rules/cost.ts';
import { convolutionPlan, convolutionSizes } from './convolution.ts';

/** Each tap is a bilinear sample. */
const stepsPerSample = 16;

/** `DeformConv`. Operands: x, weight, offset, bias and mask. */
export const deformableConvolutionOperators: OperatorFamily = {
  DeformConv: {
    cost: convolutionCost(1, stepsPerSample),
    perSample: true,
    channels: 'first',
    batch: (_node, [x, weight, offset, bias, mask]) =>
      x === 0 && offset === 0 && weight === undefined && bias === undefined && (mask ?? 0) === 0 ? 0 : undefined,
    infer: (node) => {
      const { batch, outputChannels, axes } = convolutionPlan(node);
      return [{ dtype: node.input(0).dtype, shape: [batch, outputChannels, ...axes.map((axis) => axis.output)] }];
    },
    evaluate: (node, [x, weight, offset, bias, mask]) => {
      const plan = convolutionPlan(node);
      const shape = [plan.batch, plan.outputChannels, ...plan.axes.map((axis) => axis.output)];
      if (plan.axes.length !== 2)
        throw new OperatorError('unsupported', `a deformable convolution over ${plan.axes.length} axes is not supported`);
      if (!isStatic(shape)) throw new OperatorError('shape', 'the sizes of the convolution are unknown');
      const values = convolveDeformable(
        present(x).toFloat64(),
        present(weight).toFloat64(),
        present(offset).toFloat64(),
        bias?.toFloat64(),
        mask?.toFloat64(),
        node.int('offset_group', 1),
        convolutionSizes(plan),
      );
      return [numericTensor(present(x).dtype, shape, values)];
    },
  },
};
