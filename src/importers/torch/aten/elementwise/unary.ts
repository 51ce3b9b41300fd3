import { categoryOf } from '../../values/dtype.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { asFloat } from '../promotion.ts';
import { alsoComplex, magnitude } from '../signal/complex.ts';

/** Unary functions. Functions of real numbers compute integers as floats. */
export const unaryFamily: AtenFamily = [
  ...['abs', 'absolute'].map((name) =>
    alsoComplex(
      atenOperator(`${name}(Tensor self) -> Tensor`, (call) => sameType(call, 'Abs')),
      magnitude,
    ),
  ),
  ...['neg', 'negative'].map((name) =>
    alsoComplex(
      atenOperator(`${name}(Tensor self) -> Tensor`, (call) => sameType(call, 'Neg')),
      (call) => call.complexResult(call.emit('Neg', [call.complexInput('self')])),
    ),
  ),
  atenOperator('positive(Tensor(a) self) -> Tensor(a)', (call) => call.input('self')),
  atenOperator('sign(Tensor self) -> Tensor', (call) => sameType(call, 'Sign')),
  atenOperator('sgn(Tensor self) -> Tensor', (call) => sameType(call, 'Sign')),
  atenOperator('floor(Tensor self) -> Tensor', (call) => rounded(call, 'Floor')),
  atenOperator('ceil(Tensor self) -> Tensor', (call) => rounded(call, 'Ceil')),
  atenOperator('round(Tensor self) -> Tensor', (call) => rounded(call, 'Round')),
  atenOperator('round.decimals(Tensor self, *, int decimals) -> Tensor', roundDecimals),
  atenOperator('trunc(Tensor self) -> Tensor', (call) => truncated(call, call.input('self'))),
  atenOperator('fix(Tensor self) -> Tensor', (call) => truncated(call, call.input('self'))),
  atenOperator('frac(Tensor self) -> Tensor', (call) => call.emit('Sub', [call.input('self'), truncated(call, call.input('self'))])),
  atenOperator('sqrt(Tensor self) -> Tensor', (call) => real(call, 'Sqrt')),
  atenOperator('rsqrt(Tensor self) -> Tensor', (call) => call.emit('Reciprocal', [real(call, 'Sqrt')])),
  atenOperator('reciprocal(Tensor self) -> Tensor', (call) => real(call, 'Reciprocal')),
  atenOperator('exp(Tensor self) -> Tensor', (call) => real(call, 'Exp')),
  atenOperator('exp2(Tensor self) -> Tensor', (call) => {
    const value = asFloat(call, call.input('self'));
    return call.emit('Pow', [call.scalarLike(2, value), value]);
  }),
  atenOperator('expm1(Tensor self) -> Tensor', (call) => {
    const power = real(call, 'Exp');
    return call.emit('Sub', [power, call.scalarLike(1, power)]);
  }),
  atenOperator('log(Tensor self) -> Tensor', (call) => real(call, 'Log')),
  atenOperator('log1p(Tensor self) -> Tensor', (call) => {
    const value = asFloat(call, call.input('self'));
    return call.emit('Log', [call.emit('Add', [value, call.scalarLike(1, value)])]);
  }),
  atenOperator('log2(Tensor self) -> Tensor', (call) => logarithm(call, Math.LN2)),
  atenOperator('log10(Tensor self) -> Tensor', (call) => logarithm(call, Math.LN10)),
  atenOperator('sin(Tensor self) -> Tensor', (call) => real(call, 'Sin')),
  atenOperator('cos(Tensor self) -> Tensor', (call) => real(call, 'Cos')),
  atenOperator('tan(Tensor self) -> Tensor', (call) => real(call, 'Tan')),
  ...(
    [
      ['asin', 'Asin'],
      ['acos', 'Acos'],
      ['atan', 'Atan'],
      ['sinh', 'Sinh'],
      ['cosh', 'Cosh'],
      ['asinh', 'Asinh'],
      ['acosh', 'Acosh'],
      ['atanh', 'Atanh'],
      ['tanh', 'Tanh'],
      ['sigmoid', 'Sigmoid'],
      ['special_expit', 'Sigmoid'],
      ['erf', 'Erf'],
      ['special_erf', 'Erf'],
      ['arcsin', 'Asin'],
      ['arccos', 'Acos'],
      ['arctan', 'Atan'],
      ['arcsinh', 'Asinh'],
      ['arccosh', 'Acosh'],
      ['arctanh', 'Atanh'],
    ] as const
  ).map(([name, operator]) => atenOperator(`${name}(Tensor self) -> Tensor`, (call) => real(call, operator))),
  atenOperator('erfc(Tensor self) -> Tensor', (call) => {
    const value = real(call, 'Erf');
    return call.emit('Sub', [call.scalarLike(1, value), value]);
  }),
  atenOperator('square(Tensor self) -> Tensor', (call) => call.emit('Mul', [call.input('self'), call.input('self')])),
  atenOperator('sinc(Tensor self) -> Tensor', sinc),
  atenOperator('logit(Tensor self, float? eps=None) -> Tensor', (call) => {
    const value = asFloat(call, call.input('self'));
    const eps = call.optionalFloat('eps');
    const bounded = eps === undefined ? value : call.emit('Clip', [value, call.scalarLike(eps, value), call.scalarLike(1 - eps, value)]);
    return call.emit('Log', [call.emit('Div', [bounded, call.emit('Sub', [call.scalarLike(1, value), bounded])])]);
  }),
  atenOperator('deg2rad(Tensor self) -> Tensor', (call) => scaled(call, Math.PI / 180)),
  atenOperator('rad2deg(Tensor self) -> Tensor', (call) => scaled(call, 180 / Math.PI)),
];

/** An operator that also accepts integers. */
function sameType(call: AtenCall, operator: string): string {
  return call.emit(operator, [call.input('self')]);
}

/** A function of real numbers. */
function real(call: AtenCall, operator: string): string {
  return call.emit(operator, [asFloat(call, call.input('self'))]);
}

/** Integers do not change. */
function rounded(call: AtenCall, operator: string): string {
  const value = call.input('self');
  return categoryOf(call.dtypeOf(value)) === 'float' ? call.emit(operator, [value]) : value;
}

function truncated(call: AtenCall, value: string): string {
  if (categoryOf(call.dtypeOf(value)) !== 'float') return value;
  return call.emit('Mul', [call.emit('Sign', [value]), call.emit('Floor', [call.emit('Abs', [value])])]);
}

function roundDecimals(call: AtenCall): string {
  const value = call.input('self');
  if (categoryOf(call.dtypeOf(value)) !== 'float') return value;
  const factor = call.scalarLike(10 ** call.int('decimals'), value);
  return call.emit('Div', [call.emit('Round', [call.emit('Mul', [value, factor])]), factor]);
}

function logarithm(call: AtenCall, base: number): string {
  const value = real(call, 'Log');
  return call.emit('Mul', [value, call.scalarLike(1 / base, value)]);
}

function scaled(call: AtenCall, factor: number): string {
  const value = asFloat(call, call.input('self'));
  return call.emit('Mul', [value, call.scalarLike(factor, value)]);
}

/** `sin(πx) / πx`, and 1 at 0. */
function sinc(call: AtenCall): string {
  const angle = scaled(call, Math.PI);
  const isZero = call.emit('Equal', [angle, call.scalarLike(0, angle)]);
  const one = call.scalarLike(1, angle);
  const safe = call.emit('Where', [isZero, one, angle]);
  return call.emit('Where', [isZero, one, call.emit('Div', [call.emit('Sin', [safe]), safe])]);
}
