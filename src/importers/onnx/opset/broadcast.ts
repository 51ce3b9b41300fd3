import type { GraphEditor } from '../../../graph/ir/editor.ts';
import { changeAttributes, type OpsetAdapter } from './adapter.ts';

/**
 * Before operator set 7 an operand broadcasts only if `broadcast` is set. Its first axis is aligned with the axis `axis` of the other
 * operand, or its last axis with the last axis if `axis` is not given, as today.
 */
export const broadcastAdapter: OpsetAdapter = {
  operators: ['Add', 'Sub', 'Mul', 'Div', 'Pow', 'And', 'Or', 'Xor', 'Equal', 'Greater', 'Less'],
  since: 7,
  upgrade: (view, edit) => {
    const [a, b] = [view.input(0).name, view.input(1).name];
    const axis = view.int('broadcast', 0) === 0 ? undefined : view.int('axis', undefined);
    const inputs = axis === undefined ? [a, b] : [a, alignAt(a, b, axis, edit)];
    const attributes = changeAttributes(view.node, { broadcast: undefined, axis: undefined, consumed_inputs: undefined });
    return edit.emitLike(view.node, { inputs, attributes });
  },
};

/** Before operator set 7 a 1-D slope has one element per channel, which is axis 1. */
export const slopeAdapter: OpsetAdapter = {
  operators: ['PRelu'],
  since: 7,
  upgrade: (view, edit) => {
    const [x, slopes] = [view.input(0).name, view.input(1).name];
    const attributes = changeAttributes(view.node, { consumed_inputs: undefined });
    return edit.emitLike(view.node, { inputs: [x, alignAt(x, slopes, 1, edit)], attributes });
  },
};

/** Unsqueezes `b` at the end so that its first axis is at `axis` of `a`. The ranks are not known yet; they are folded later. */
function alignAt(a: string, b: string, axis: number, edit: GraphEditor): string {
  const rankOf = (value: string): string => edit.emit('Size', [edit.emit('Shape', [value], {}, 'operand/shape')], {}, 'operand/rank');
  const constant = (number: number, role: string): string => edit.scalar(number, 'int64', `operand/${role}`);
  // A negative axis counts from the back of `a`.
  const end = axis < 0 ? constant(-axis, 'back') : edit.emit('Sub', [rankOf(a), constant(axis, 'axis')], {}, 'operand/end');
  const axes = edit.emit('Range', [rankOf(b), end, constant(1, 'step')], {}, 'operand/axes');
  return edit.emit('Unsqueeze', [b, axes], {}, 'operand/aligned');
}
