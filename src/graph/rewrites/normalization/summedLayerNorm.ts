import { isStatic, type Shape } from '../../ir/dimension.ts';
import { float } from '../../ir/graph.ts';
import { eitherWay, type GraphView } from '../../ir/graphIndex.ts';
import type { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';
import { centered } from './layerNorm.ts';
import { asShape } from './normAffine.ts';
import { onesOf } from './ones.ts';
import { inverseRoot, lastAxes, type MeanSquare } from './variance.ts';

/**
 * `x * f + (shift - mean(x) * f)`, where `f` is a scale divided by the deviation of x over the last axes, is a LayerNormalization.
 * TensorFlow writes normalizations in this form.
 */
export const findSummedLayerNorm: Rewrite = {
  name: 'find-summed-layer-norm',
  operators: ['Add'],
  match: (node, graph) => {
    return eitherWay(node, (product, addend) => {
      const [scaled, difference] = [graph.producer(product, 'Mul'), graph.producer(addend, 'Sub')];
      const taken = graph.producer(difference?.inputs[1], 'Mul');
      if (scaled === undefined || taken === undefined) return undefined;
      return eitherWay(scaled, (x, factor) => {
        const found = factorOf(factor, graph);
        const mean = graph.producer(
          taken.inputs.find((name) => name !== factor),
          'ReduceMean',
        );
        if (found === undefined || mean === undefined || !taken.inputs.includes(factor)) return undefined;
        const { axis, epsilon, value } = found.root;
        const sizes: Shape | undefined = graph.typeOf(x)?.shape?.slice(axis);
        if (centered(value, axis, graph) !== x || mean.inputs[0] !== x || lastAxes(mean, graph) !== axis) return undefined;
        if (sizes === undefined || !isStatic(sizes)) return undefined;
        const ones = onesOf(sizes);
        const shiftConstant = graph.constantOf(difference?.inputs[0]);
        const [scale, shift] = [
          found.scale === undefined ? ones : asShape(found.scale, sizes),
          shiftConstant && asShape(shiftConstant, sizes),
        ];
        if (scale === undefined || shift === undefined) return undefined;
        const attributes = { axis, epsilon: float(epsilon) };
        return (edit) => edit.emit('LayerNormalization', [x, edit.constant(scale, 'scale'), edit.constant(shift, 'shift')], attributes);
      });
    });
  },
};

/** An optional constant scale times the reciprocal of a root mean square. */
function factorOf(name: string, graph: GraphView): { readonly root: MeanSquare; readonly scale: Tensor | undefined } | undefined {
  const root = inverseRoot(name, graph);
  if (root !== undefined) return { root, scale: undefined };
  const node = graph.producer(name, 'Mul');
  return (
    node &&
    eitherWay(node, (inverse, constant) => {
      const inner = inverseRoot(inverse, graph);
      const scale = graph.constantOf(constant);
      return inner && scale && { root: inner, scale };
    })
  );
}
