import { isStatic, type Shape } from '../../ir/dimension.ts';
import { float, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import type { Rewrite } from '../rewrite.ts';
import { dividedByRoot } from './variance.ts';

/** `x / sqrt(mean(x²) + epsilon)` over the last axes is an RMSNormalization. */
export const findRmsNorm: Rewrite = {
  name: 'find-rms-norm',
  match: (node, graph) => {
    const divided = dividedByRoot(node, graph);
    const found = divided?.value === divided?.root.value ? divided?.root : undefined;
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
