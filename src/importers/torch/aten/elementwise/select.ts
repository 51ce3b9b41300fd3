import type { TorchDtype } from '../../values/dtype.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { commonDtype, operandAs } from '../promotion.ts';

/** Operators that select elements by a condition. */
export const selectFamily: AtenFamily = [
  atenOperator('where.self(Tensor condition, Tensor self, Tensor other) -> Tensor', (call) => choose(call, 'self', 'other')),
  atenOperator('where.ScalarSelf(Tensor condition, Scalar self, Tensor other) -> Tensor', (call) => choose(call, 'self', 'other')),
  atenOperator('where.ScalarOther(Tensor condition, Tensor self, Scalar other) -> Tensor', (call) => choose(call, 'self', 'other')),
  atenOperator('where.Scalar(Tensor condition, Scalar self, Scalar other) -> Tensor', (call) => choose(call, 'self', 'other')),
  atenOperator('masked_fill.Scalar(Tensor self, Tensor mask, Scalar value) -> Tensor', (call) => {
    const value = call.input('self');
    const filling = call.scalarValue(call.scalarArgument('value'), call.dtypeOf(value));
    return call.emit('Where', [call.cast(call.input('mask'), 'bool'), filling, value]);
  }),
  atenOperator('masked_fill.Tensor(Tensor self, Tensor mask, Tensor value) -> Tensor', (call) => {
    const value = call.input('self');
    return call.emit('Where', [call.cast(call.input('mask'), 'bool'), call.cast(call.input('value'), call.dtypeOf(value)), value]);
  }),
  atenOperator('nan_to_num(Tensor self, float? nan=None, float? posinf=None, float? neginf=None) -> Tensor', nanToNumber),
];

function choose(call: AtenCall, left: string, right: string): string {
  const dtype: TorchDtype = commonDtype(call, [left, right]);
  return call.emit('Where', [call.cast(call.input('condition'), 'bool'), operandAs(call, left, dtype), operandAs(call, right, dtype)]);
}

const largest: Readonly<Record<string, number>> = { float16: 65504, bfloat16: 3.3895313892515355e38, float64: Number.MAX_VALUE };

function nanToNumber(call: AtenCall): string {
  const value = call.input('self');
  const dtype = call.dtypeOf(value);
  if (!dtype.includes('float')) return value;
  const maxValue = largest[dtype] ?? 3.4028234663852886e38;
  const filled = call.emit('Where', [call.emit('IsNaN', [value]), call.scalarLike(call.optionalFloat('nan') ?? 0, value), value]);
  const [high, low] = [call.optionalFloat('posinf') ?? maxValue, call.optionalFloat('neginf') ?? -maxValue];
  const bounded = call.emit('Where', [call.emit('IsInf', [value], { detect_negative: 0 }), call.scalarLike(high, value), filled]);
  return call.emit('Where', [call.emit('IsInf', [value], { detect_positive: 0 }), call.scalarLike(low, value), bounded]);
}
