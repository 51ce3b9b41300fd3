import { isStatic, type Shape } from '../dimension.ts';
import { float, makeNode, type Node } from '../graph.ts';
import { Tensor } from '../tensor.ts';
import { eitherWay, type GraphIndex, type Rewrite } from './rewrite.ts';
import { type MeanSquare, rootMeanSquare } from './variance.ts';

/** `x / sqrt(mean(x²) + epsilon)` over the last axes is an RMSNormalization. */
export const findRmsNorm: Rewrite = {
  name: 'find-rms-norm',
  match: (node, graph) => {
    const found = meanSquareOf(node, graph);
    const sizes: Shape | undefined = found && graph.type(found.value)?.shape?.slice(found.axis);
    if (found === undefined || sizes === undefined || !isStatic(sizes)) return undefined;
    const scale = `${node.name}/scale`;
    const count = sizes.reduce((product, size) => product * size, 1);
    const attributes = { axis: found.axis, epsilon: float(found.epsilon) };
    return {
      nodes: [makeNode('RMSNormalization', [found.value, scale], node.outputs, attributes, node.name)],
      constants: new Map([[scale, Tensor.of('float32', sizes, new Float32Array(count).fill(1))]]),
    };
  },
};

/** Where a value is divided by its own root mean square, or multiplied by the reciprocal of that. */
function meanSquareOf(node: Node, graph: GraphIndex): MeanSquare | undefined {
  const ofItself = (value: string, root: string | undefined): MeanSquare | undefined => {
    const found = rootMeanSquare(root, graph);
    return found?.value === value ? found : undefined;
  };
  if (node.operator === 'Div') return ofItself(node.inputs[0] ?? '', node.inputs[1]);
  if (node.operator !== 'Mul') return undefined;
  return eitherWay(node, (value, factor) => {
    const inverse = graph.producer(factor);
    if (inverse?.operator === 'Reciprocal') return ofItself(value, inverse.inputs[0]);
    const [one, root] = inverse?.inputs ?? [];
    return inverse?.operator === 'Div' && graph.number(one) === 1 ? ofItself(value, root) : undefined;
  });
}
