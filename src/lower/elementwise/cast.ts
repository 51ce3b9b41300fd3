import { dataTypeAttribute } from '../../graph/ir/dataType.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { type DataType, isFloat } from '../../graph/ir/tensor.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { above, defineTerm, term, unaryTerm } from './formula.ts';
import { wrapped } from './integers.ts';

/** Type conversions. Elements stay float32, so layers are needed only for conversions that change values. */
export const castLowerings: LoweringFamily = {
  Cast: (node) => {
    const { dtype, bits } = dataTypeAttribute(node, 'to');
    if (bits !== undefined) throw new OperatorError('unsupported', `ncnn has no integers of ${bits} bits`);
    convert(node, dtype);
  },
  CastLike: (node) => convert(node, node.input(1).dtype),
};

function convert(node: LoweringNode, to: DataType): void {
  const from = node.input(0).dtype;
  if (from === 'string' || to === 'string') throw new OperatorError('unsupported', 'ncnn does not support strings');
  const x = term(node, 0);
  if (from === 'bool' || isFloat(to) || from === to) node.alias(0, 0);
  else if (to === 'bool') defineTerm(node, 0, above(node, 0, unaryTerm(node, 'ABS', x)));
  else if (isFloat(from)) defineTerm(node, 0, unaryTerm(node, 'TRUNC', x));
  else if (holds(to, from)) node.alias(0, 0);
  else defineTerm(node, 0, wrapped(node, x, to));
}

/** Whether an integer type includes all values of another type, as far as float32 can represent them. */
function holds(wide: DataType, narrow: DataType): boolean {
  const width = (dtype: DataType): number => Number(/\d+$/.exec(dtype)?.[0] ?? 0);
  const signed = (dtype: DataType): boolean => dtype.startsWith('i');
  if (width(wide) >= 32) return true;
  if (signed(narrow) && !signed(wide)) return false;
  return width(wide) > width(narrow) || (width(wide) === width(narrow) && signed(wide) === signed(narrow));
}
