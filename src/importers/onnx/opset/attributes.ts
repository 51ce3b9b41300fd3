import { OperatorError } from '../../../graph/ir/operator.ts';
import { dataTypeNumber } from '../dataTypes.ts';
import { changeAttributes, integersToInput, type OpsetAdapter } from './adapter.ts';

/** Forms of operator sets 1 to 5 that differ from later ones only in an attribute or a default. */

/** Before operator set 5 the shape is an attribute. */
export const reshapeAdapter: OpsetAdapter = {
  operators: ['Reshape'],
  since: 5,
  upgrade: (node, edit) => integersToInput(node, 'shape', 1, edit),
};

/** Before operator set 6 the type is given by name. */
export const castAdapter: OpsetAdapter = {
  operators: ['Cast'],
  since: 6,
  upgrade: (view, edit) => {
    const name = view.string('to');
    const number = dataTypeNumber(name);
    if (number === undefined) throw new OperatorError('invalid', `the type "${name}" is not defined`);
    return edit.emitLike(view.node, { attributes: changeAttributes(view.node, { to: { kind: 'int', value: BigInt(number) } }) });
  },
};

/** Before operator set 4 the default axis is 1. */
export const concatAdapter: OpsetAdapter = {
  operators: ['Concat'],
  since: 4,
  upgrade: (view, edit) => {
    const axis = { kind: 'int', value: BigInt(view.int('axis', 1)) } as const;
    return edit.emitLike(view.node, { attributes: changeAttributes(view.node, { axis }) });
  },
};

/** Before operator set 6 the default parameters were rounded to four digits. */
export const seluAdapter: OpsetAdapter = {
  operators: ['Selu'],
  since: 6,
  upgrade: (view, edit) => {
    const alpha = { kind: 'float', value: view.float('alpha', 1.6732) } as const;
    const gamma = { kind: 'float', value: view.float('gamma', 1.0507) } as const;
    return edit.emitLike(view.node, { attributes: changeAttributes(view.node, { alpha, gamma }) });
  },
};
