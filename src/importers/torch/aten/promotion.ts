import { categoryOf, type PromotedOperand, promotedDtype, type TorchDtype } from '../values/dtype.ts';
import type { AtenCall } from './call.ts';

/** An operand of an element-wise operator: a tensor, or a Python number. */
function operandOf(call: AtenCall, name: string): PromotedOperand {
  const value = call.argument(name);
  if (value.kind !== 'tensor') {
    const scalar = call.scalarArgument(name);
    return { dtype: 'kind' in scalar ? 'int64' : scalar.dtype, priority: 'number' };
  }
  const { tensor } = value;
  return { dtype: tensor.dtype, priority: call.rankOf(tensor.value) === 0 ? 'scalarTensor' : 'tensor' };
}

/** The type in which torch computes with the operands. */
export function commonDtype(call: AtenCall, names: readonly string[]): TorchDtype {
  return promotedDtype(names.map((name) => operandOf(call, name)));
}

/** An operand, converted to a type. */
export function operandAs(call: AtenCall, name: string, dtype: TorchDtype): string {
  return call.argument(name).kind === 'tensor' ? call.cast(call.input(name), dtype) : call.scalarValue(call.scalarArgument(name), dtype);
}

/** Operands, converted to their common type. */
export function promoted(call: AtenCall, ...names: readonly string[]): readonly string[] {
  const dtype = commonDtype(call, names);
  return names.map((name) => operandAs(call, name, dtype));
}

/** The type, or float32 for integers and bools: functions of real numbers compute in it. */
export function floatDtype(dtype: TorchDtype): TorchDtype {
  const category = categoryOf(dtype);
  return category === 'float' || category === 'complex' ? dtype : 'float32';
}

/** A value as floats. */
export function asFloat(call: AtenCall, value: string): string {
  return call.cast(value, floatDtype(call.dtypeOf(value)));
}
