import { OperatorError } from '../../../../graph/ir/operator.ts';
import { categoryOf, type TorchDtype } from '../../values/dtype.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, type AtenOperator, atenOperator, type ConvertCall } from '../operator.ts';
import { commonDtype, floatDtype, operandAs, promoted } from '../promotion.ts';
import { complexProduct, complexQuotient, complexSum, withComplex } from '../signal/complexArithmetic.ts';

/** Addition, subtraction, multiplication, division and operators based on them. */
export const arithmeticFamily: AtenFamily = [
  atenOperator('add.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor', scaledSum('Add', 'self', 'other')),
  atenOperator('add.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor', scaledSum('Add', 'self', 'other')),
  atenOperator('sub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor', scaledSum('Sub', 'self', 'other')),
  atenOperator('sub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor', scaledSum('Sub', 'self', 'other')),
  atenOperator('rsub.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor', scaledSum('Sub', 'other', 'self')),
  atenOperator('rsub.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor', scaledSum('Sub', 'other', 'self')),
  ...withScalar('mul', withComplex(multiply, complexProduct)),
  ...withScalar('multiply', withComplex(multiply, complexProduct)),
  ...withScalar('div', withComplex(divide, complexQuotient)),
  ...withScalar('divide', withComplex(divide, complexQuotient)),
  ...withScalar('true_divide', withComplex(divide, complexQuotient)),
  atenOperator('subtract.Tensor(Tensor self, Tensor other, *, Scalar alpha=1) -> Tensor', scaledSum('Sub', 'self', 'other')),
  atenOperator('subtract.Scalar(Tensor self, Scalar other, Scalar alpha=1) -> Tensor', scaledSum('Sub', 'self', 'other')),
  atenOperator('div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor', roundedDivide),
  atenOperator('div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor', roundedDivide),
  atenOperator('floor_divide(Tensor self, Tensor other) -> Tensor', (call) => quotient(call, 'floor')),
  atenOperator('floor_divide.Scalar(Tensor self, Scalar other) -> Tensor', (call) => quotient(call, 'floor')),
  ...withScalar('remainder', (call) => {
    const [left = '', right = ''] = promoted(call, 'self', 'other');
    if (categoryOf(call.dtypeOf(left)) === 'int') return call.emit('Mod', [left, right]);
    // The result has the sign of the divisor.
    return call.emit('Sub', [left, call.emit('Mul', [call.emit('Floor', [call.emit('Div', [left, right])]), right])]);
  }),
  ...withScalar('fmod', (call) => call.emit('Mod', promoted(call, 'self', 'other'), { fmod: 1 })),
];

function withScalar(name: string, convert: ConvertCall): readonly AtenOperator[] {
  return [
    atenOperator(`${name}.Tensor(Tensor self, Tensor other) -> Tensor`, convert),
    atenOperator(`${name}.Scalar(Tensor self, Scalar other) -> Tensor`, convert),
  ];
}

/** `left ± alpha · right`. */
function scaledSum(operator: 'Add' | 'Sub', left: string, right: string): ConvertCall {
  const real: ConvertCall = (call) => {
    const dtype = commonDtype(call, ['self', 'other']);
    const alpha = call.scalarArgument('alpha');
    if (dtype === 'bool') return call.emit('Or', [operandAs(call, left, dtype), operandAs(call, right, dtype)]);
    const isOne = !('kind' in alpha) && alpha.value === 1;
    const value = operandAs(call, right, dtype);
    const scaled = isOne ? value : call.emit('Mul', [value, call.scalarValue(alpha, dtype)]);
    return call.emit(operator, [operandAs(call, left, dtype), scaled]);
  };
  return withComplex(real, complexSum(operator, left, right));
}

function multiply(call: AtenCall): string {
  const dtype = commonDtype(call, ['self', 'other']);
  // The product of bools is their logical and.
  return call.emit(dtype === 'bool' ? 'And' : 'Mul', [operandAs(call, 'self', dtype), operandAs(call, 'other', dtype)]);
}

/** True division: integers are divided as floats. */
function divide(call: AtenCall): string {
  const dtype = floatDtype(commonDtype(call, ['self', 'other']));
  return call.emit('Div', [operandAs(call, 'self', dtype), operandAs(call, 'other', dtype)]);
}

function roundedDivide(call: AtenCall): string {
  if (call.isNone('rounding_mode')) return divide(call);
  const mode = call.string('rounding_mode');
  if (mode !== 'floor' && mode !== 'trunc')
    throw new OperatorError('invalid', `the rounding mode is "${mode}", expected "floor" or "trunc"`);
  return quotient(call, mode);
}

function quotient(call: AtenCall, mode: 'floor' | 'trunc'): string {
  const dtype = commonDtype(call, ['self', 'other']);
  const [left, right] = [operandAs(call, 'self', dtype), operandAs(call, 'other', dtype)];
  if (categoryOf(dtype) === 'float') return rounded(call, call.emit('Div', [left, right]), mode);
  return mode === 'trunc' ? call.emit('Div', [left, right]) : floorQuotient(call, left, right, dtype);
}

function rounded(call: AtenCall, value: string, mode: 'floor' | 'trunc'): string {
  if (mode === 'floor') return call.emit('Floor', [value]);
  const magnitude = call.emit('Floor', [call.emit('Abs', [value])]);
  return call.emit('Mul', [call.emit('Sign', [value]), magnitude]);
}

/** Integer division rounded down: subtracting the remainder, which has the sign of the divisor, makes the division exact. */
function floorQuotient(call: AtenCall, left: string, right: string, dtype: TorchDtype): string {
  if (dtype.startsWith('u')) return call.emit('Div', [left, right]);
  return call.emit('Div', [call.emit('Sub', [left, call.emit('Mod', [left, right])]), right]);
}
