import { isStatic, type Shape } from '../../ir/dimension.ts';
import { float } from '../../ir/graph.ts';
import type { Rewrite } from '../rewrite.ts';
import { onesOf } from './ones.ts';
import { dividedByRoot } from './variance.ts';

/** `x / sqrt(mean(x²) + epsilon)` over the last axes is an RMSNormalization. */
export const findRmsNorm: Rewrite = {
  name: 'find-rms-norm',
  operators: ['Div', 'Mul'],
  match: (node, graph) => {
    const divided = dividedByRoot(node, graph);
    const found = divided?.value === divided?.root.value ? divided?.root : undefined;
    const sizes: Shape | undefined = found && graph.typeOf(found.value)?.shape?.slice(found.axis);
    if (found === undefined || sizes === undefined || !isStatic(sizes)) return undefined;
    const ones = onesOf(sizes);
    const attributes = { axis: found.axis, epsilon: float(found.epsilon) };
    return (edit) => edit.emit('RMSNormalization', [found.value, edit.constant(ones, 'scale')], attributes);
  },
};
