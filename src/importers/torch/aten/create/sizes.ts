import { OperatorError } from '../../../../graph/ir/operator.ts';
import { categoryOf } from '../../values/dtype.ts';
import { boolValue, intValue, listValue, type TorchValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Operators that return sizes and elements of tensors as Python numbers. */
export const sizesFamily: AtenFamily = [
  atenOperator('sym_size.int(Tensor self, int dim) -> SymInt', size),
  atenOperator('size.int(Tensor self, int dim) -> int', size),
  atenOperator('size(Tensor self) -> int[]', (call) => listValue(call.sizeArguments(call.tensor('self').value).map(sizeValue))),
  atenOperator('sym_size(Tensor self) -> SymInt[]', (call) => listValue(call.sizeArguments(call.tensor('self').value).map(sizeValue))),
  atenOperator('sym_numel(Tensor self) -> SymInt', count),
  atenOperator('numel(Tensor self) -> int', count),
  atenOperator('dim(Tensor self) -> int', (call) => intValue(call.rankOf(call.tensor('self').value))),
  atenOperator('is_floating_point(Tensor self) -> bool', (call) => boolValue(categoryOf(call.tensor('self').dtype) === 'float')),
  atenOperator('is_complex(Tensor self) -> bool', (call) => boolValue(categoryOf(call.tensor('self').dtype) === 'complex')),
  atenOperator('item(Tensor self) -> Scalar', number),
  atenOperator('_local_scalar_dense(Tensor self) -> Scalar', number),
];

function size(call: AtenCall): TorchValue {
  const { value } = call.tensor('self');
  return sizeValue(call.sizeArgument(value, call.axis(call.int('dim'), call.rankOf(value))));
}

function sizeValue(argument: SizeArgument): TorchValue {
  return typeof argument === 'number' ? intValue(argument) : argument;
}

function count(call: AtenCall): TorchValue {
  const elements = call.emit('Size', [call.tensor('self').value]);
  const constant = call.constantOf(elements);
  if (constant !== undefined) return intValue(constant.scalar());
  const [dimension] = call.typeOf(elements)?.elements ?? [];
  if (typeof dimension === 'string') return { kind: 'dimension', dimension, value: elements };
  throw new OperatorError('shape', 'the number of elements depends on dynamic axes');
}

/** The number in a tensor of one element. */
function number(call: AtenCall): TorchValue {
  const value = call.numberIn('self');
  if (value !== undefined) return value;
  throw new OperatorError('unsupported', 'the number comes from a tensor that is computed when the net runs');
}
