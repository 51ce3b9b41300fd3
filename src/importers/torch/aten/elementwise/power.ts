import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { asFloat, commonDtype, floatDtype, operandAs } from '../promotion.ts';

/** Powers and binary functions. */
export const powerFamily: AtenFamily = [
  atenOperator('pow.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor', power),
  atenOperator('pow.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor', powerOfNumber),
  atenOperator('pow.Scalar(Scalar self, Tensor exponent) -> Tensor', power),
  atenOperator('float_power.Tensor_Tensor(Tensor self, Tensor exponent) -> Tensor', floatPower),
  atenOperator('float_power.Tensor_Scalar(Tensor self, Scalar exponent) -> Tensor', floatPower),
  atenOperator('float_power.Scalar(Scalar self, Tensor exponent) -> Tensor', floatPower),
  atenOperator('atan2(Tensor self, Tensor other) -> Tensor', (call) => arctangent(call, 'self', 'other')),
  atenOperator('arctan2(Tensor self, Tensor other) -> Tensor', (call) => arctangent(call, 'self', 'other')),
  atenOperator('hypot(Tensor self, Tensor other) -> Tensor', (call) => {
    const [left, right] = floats(call);
    return call.emit('Sqrt', [call.emit('Add', [call.emit('Mul', [left, left]), call.emit('Mul', [right, right])])]);
  }),
  atenOperator('logaddexp(Tensor self, Tensor other) -> Tensor', (call) => {
    const [left, right] = floats(call);
    const max = call.emit('Max', [left, right]);
    const distance = call.emit('Abs', [call.emit('Sub', [left, right])]);
    const sum = call.emit('Add', [call.emit('Exp', [call.emit('Neg', [distance])]), call.scalarLike(1, max)]);
    return call.emit('Add', [max, call.emit('Log', [sum])]);
  }),
  atenOperator('xlogy.Tensor(Tensor self, Tensor other) -> Tensor', (call) => {
    const [left, right] = floats(call);
    const isZero = call.emit('Equal', [left, call.scalarLike(0, left)]);
    return call.emit('Where', [isZero, call.scalarLike(0, left), call.emit('Mul', [left, call.emit('Log', [right])])]);
  }),
  atenOperator('addcmul(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor', (call) => addProduct(call, 'Mul')),
  atenOperator('addcdiv(Tensor self, Tensor tensor1, Tensor tensor2, *, Scalar value=1) -> Tensor', (call) => addProduct(call, 'Div')),
  atenOperator('lerp.Scalar(Tensor self, Tensor end, Scalar weight) -> Tensor', lerp),
  atenOperator('lerp.Tensor(Tensor self, Tensor end, Tensor weight) -> Tensor', lerp),
];

function power(call: AtenCall): string {
  const dtype = commonDtype(call, ['self', 'exponent']);
  return call.emit('Pow', [operandAs(call, 'self', dtype), operandAs(call, 'exponent', dtype)]);
}

/** Exponents with a dedicated operator, such as a square root, use it, as exporters do. */
function powerOfNumber(call: AtenCall): string {
  const exponent = call.scalarArgument('exponent');
  if ('kind' in exponent) return power(call);
  const dtype = commonDtype(call, ['self', 'exponent']);
  const value = operandAs(call, 'self', dtype);
  if (exponent.value === 1) return value;
  if (exponent.value === 0.5) return call.emit('Sqrt', [value]);
  if (exponent.value === -0.5) return call.emit('Reciprocal', [call.emit('Sqrt', [value])]);
  if (exponent.value === -1) return call.emit('Reciprocal', [value]);
  return call.emit('Pow', [value, call.scalarLike(exponent.value, value)]);
}

function floatPower(call: AtenCall): string {
  return call.emit('Pow', [operandAs(call, 'self', 'float64'), operandAs(call, 'exponent', 'float64')]);
}

function floats(call: AtenCall): readonly [string, string] {
  const dtype = floatDtype(commonDtype(call, ['self', 'other']));
  return [operandAs(call, 'self', dtype), operandAs(call, 'other', dtype)];
}

/** The angle of a point: the arctangent of a quotient, plus or minus π if x is negative. */
function arctangent(call: AtenCall, rise: string, run: string): string {
  const dtype = floatDtype(commonDtype(call, [rise, run]));
  return angleOf(call, operandAs(call, rise, dtype), operandAs(call, run, dtype));
}

/** `atan2(y, x)`. */
export function angleOf(call: AtenCall, y: string, x: string): string {
  const [zero, half] = [call.scalarLike(0, x), call.scalarLike(Math.PI, x)];
  const isRunZero = call.emit('Equal', [x, zero]);
  const safe = call.emit('Where', [isRunZero, call.scalarLike(1, x), x]);
  const angle = call.emit('Atan', [call.emit('Div', [y, safe])]);
  const isBehind = call.emit('Less', [x, zero]);
  const isBelow = call.emit('Less', [y, zero]);
  const turned = call.emit('Where', [isBelow, call.emit('Sub', [angle, half]), call.emit('Add', [angle, half])]);
  const vertical = call.emit('Mul', [call.emit('Sign', [y]), call.scalarLike(Math.PI / 2, x)]);
  return call.emit('Where', [isRunZero, vertical, call.emit('Where', [isBehind, turned, angle])]);
}

/** `self + value · tensor1 ∘ tensor2`. */
function addProduct(call: AtenCall, operator: 'Mul' | 'Div'): string {
  const dtype = commonDtype(call, ['self', 'tensor1', 'tensor2']);
  const product = call.emit(operator, [operandAs(call, 'tensor1', dtype), operandAs(call, 'tensor2', dtype)]);
  const value = call.scalarArgument('value');
  const isOne = !('kind' in value) && value.value === 1;
  const scaled = isOne ? product : call.emit('Mul', [product, call.scalarValue(value, dtype)]);
  return call.emit('Add', [operandAs(call, 'self', dtype), scaled]);
}

function lerp(call: AtenCall): string {
  const [from, to] = [call.input('self'), call.input('end')];
  const weight =
    call.argument('weight').kind === 'tensor' ? asFloat(call, call.input('weight')) : call.scalarLike(call.float('weight'), from);
  return call.emit('Add', [from, call.emit('Mul', [weight, call.emit('Sub', [to, from])])]);
}
