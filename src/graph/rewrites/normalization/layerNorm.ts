import { isStatic, type Shape } from '../../ir/dimension.ts';
import { float } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';
import { onesOf } from './ones.ts';
import { dividedByRoot, lastAxes } from './variance.ts';

/** `(x - mean(x)) / sqrt(mean((x - mean(x))²) + epsilon)` over the last axes is a LayerNormalization. */
export const findLayerNorm: Rewrite = {
  name: 'find-layer-norm',
  operators: ['Div', 'Mul'],
  match: (node, graph) => {
    const divided = dividedByRoot(node, graph);
    const deviation = divided?.root;
    const x = deviation && centered(divided.value, deviation.axis, graph);
    if (deviation === undefined || x === undefined || centered(deviation.value, deviation.axis, graph) !== x) return undefined;
    const sizes: Shape | undefined = graph.typeOf(x)?.shape?.slice(deviation.axis);
    if (sizes === undefined || !isStatic(sizes)) return undefined;
    const ones = onesOf(sizes);
    const attributes = { axis: deviation.axis, epsilon: float(deviation.epsilon) };
    return (edit) => edit.emit('LayerNormalization', [x, edit.constant(ones, 'scale')], attributes);
  },
};

/** The operand `x` of `x - mean(x)` over the axes from `axis` on. */
export function centered(name: string | undefined, axis: number, graph: GraphView): string | undefined {
  const node = graph.producer(name, 'Sub');
  const mean = graph.producer(node?.inputs[1], 'ReduceMean');
  const [x] = node?.inputs ?? [];
  return mean !== undefined && mean.inputs[0] === x && lastAxes(mean, graph) === axis ? x : undefined;
}
