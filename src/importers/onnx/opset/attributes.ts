import { OperatorError } from '../../../graph/ir/operator.ts';
import { dataTypeNumber } from '../dataTypes.ts';
import { changeNode, integersToInput, type OpsetAdapter } from './adapter.ts';

/** Forms of operator sets 1 to 5 that differ from later ones in an attribute or a default only. */

/** Before operator set 5 the shape is an attribute. */
export const reshapeAdapter: OpsetAdapter = {
  operators: ['Reshape'],
  since: 5,
  upgrade: (node, context) => [integersToInput(node, 'shape', 1, context)],
};

/** Before operator set 6 the type is told by its name. */
export const castAdapter: OpsetAdapter = {
  operators: ['Cast'],
  since: 6,
  upgrade: (node) => {
    const name = node.string('to');
    const number = dataTypeNumber(name);
    if (number === undefined) throw new OperatorError('invalid', `the type "${name}" is not defined`);
    return [changeNode(node.node, { attributes: { to: { kind: 'int', value: BigInt(number) } } })];
  },
};

/** Before operator set 4 the axis is 1 unless it is given. */
export const concatAdapter: OpsetAdapter = {
  operators: ['Concat'],
  since: 4,
  upgrade: (node) => [changeNode(node.node, { attributes: { axis: { kind: 'int', value: BigInt(node.int('axis', 1)) } } })],
};

/** Before operator set 6 the parameters were rounded to four digits. */
export const seluAdapter: OpsetAdapter = {
  operators: ['Selu'],
  since: 6,
  upgrade: (node) => {
    const alpha = { kind: 'float', value: node.float('alpha', 1.6732) } as const;
    const gamma = { kind: 'float', value: node.float('gamma', 1.0507) } as const;
    return [changeNode(node.node, { attributes: { alpha, gamma } })];
  },
};
