import { elementCount, isStatic, type Shape } from '../../ir/dimension.ts';
import { float, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { eitherWay, type GraphIndex, type Rewrite } from '../rewrite.ts';
import { centerd } from './layerNorm.ts';
import { asShape } from './normAffine.ts';
import { inverseRoot, lastAxes, type MeanSquare } from './variance.ts';

/**
 * `x * f + (shift - mean(x) * f)`, where `f` is a scale divided by the deviation of x over the last axes, is a LayerNormalization: so
 * TensorFlow writes normalizations out.
 */
export const findSummedLayerNorm: Rewrite = {
  name: 'find-summed-layer-norm',
  match: (node, graph) => {
    if (node.operator !== 'Add') return undefined;
    return eitherWay(node, (product, rest) => {
      const [scaled, difference] = [graph.producer(product, 'Mul'), graph.producer(rest, 'Sub')];
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
        const sizes: Shape | undefined = graph.type(x)?.shape?.slice(axis);
        if (centerd(value, axis, graph) !== x || mean.inputs[0] !== x || lastAxes(mean, graph) !== axis) return undefined;
        if (sizes === undefined || !isStatic(sizes)) return undefined;
        const count = elementCount(sizes);
        const ones = Tensor.of('float32', sizes, new Float32Array(count).fill(1));
        const given = graph.constant(difference?.inputs[0]);
        const [scale, shift] = [found.scale === undefined ? ones : asShape(found.scale, sizes), given && asShape(given, sizes)];
        if (scale === undefined || shift === undefined) return undefined;
        const names = [`${node.name}/scale`, `${node.name}/shift`] as const;
        return {
          nodes: [makeNode('LayerNormalization', [x, ...names], node.outputs, { axis, epsilon: float(epsilon) }, node.name)],
          constants: new Map([
            [names[0], scale],
            [names[1], shift],
          ]),
        };
      });
    });
  },
};

/** A constant scale, or none, times the reciprocal of a root mean square. */
function factorOf(name: string, graph: GraphIndex): { readonly root: MeanSquare; readonly scale: Tensor | undefined } | undefined {
  const root = inverseRoot(name, graph);
  if (root !== undefined) return { root, scale: undefined };
  const node = graph.producer(name, 'Mul');
  return (
    node &&
    eitherWay(node, (inverse, constant) => {
      const inner = inverseRoot(inverse, graph);
      const scale = graph.constant(constant);
      return inner && scale && { root: inner, scale };
    })
  );
}
