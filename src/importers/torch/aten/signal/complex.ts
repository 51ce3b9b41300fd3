import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import { angleOf } from '../elementwise/power.ts';
import { type AtenFamily, type AtenOperator, atenOperator, type ConvertCall, viewOperator } from '../operator.ts';

/** Complex numbers, stored as pairs of floats on a last axis. */
export const complexFamily: AtenFamily = [
  viewOperator('view_as_real(Tensor(a) self) -> Tensor(a)', (call) => {
    const dtype = call.dtypeOf(call.complexInput('self'));
    return { read: (base) => base, write: (_, view) => view, isContiguous: true, dtype };
  }),
  viewOperator('view_as_complex(Tensor(a) self) -> Tensor(a)', (call) => {
    const value = call.input('self');
    if (call.shapeOf(value).at(-1) !== 2) throw new OperatorError('invalid', 'the last axis of complex numbers must have two entries');
    const dtype = call.dtypeOf(value) === 'float64' ? 'complex128' : 'complex64';
    return { read: (base) => base, write: (_, view) => view, isContiguous: true, dtype };
  }),
  viewOperator('real(Tensor(a) self) -> Tensor(a)', (call) => part(call, 0)),
  viewOperator('imag(Tensor(a) self) -> Tensor(a)', (call) => part(call, 1)),
  atenOperator('complex(Tensor real, Tensor imag) -> Tensor', (call) =>
    call.complexResult(joined(call, [call.input('real'), call.input('imag')])),
  ),
  atenOperator('polar(Tensor abs, Tensor angle) -> Tensor', (call) => {
    const [length, angle] = [call.input('abs'), call.input('angle')];
    const parts = [call.emit('Cos', [angle]), call.emit('Sin', [angle])].map((value) => call.emit('Mul', [length, value]));
    return call.complexResult(joined(call, parts));
  }),
  atenOperator('angle(Tensor self) -> Tensor', (call) => {
    const [real, imaginary] = parts(call, call.complexInput('self'));
    return angleOf(call, imaginary, real);
  }),
  atenOperator('conj(Tensor(a) self) -> Tensor(a)', (call) => {
    const [real, imaginary] = parts(call, call.complexInput('self'));
    return call.complexResult(joined(call, [real, call.emit('Neg', [imaginary])]));
  }),
];

/** The absolute value of complex numbers. */
export function magnitude(call: AtenCall): string {
  const value = call.complexInput('self');
  return call.emit('ReduceL2', [value, call.integers([call.rankOf(value) - 1])], { keepdims: 0 });
}

/** An operator with a different rule for complex operands. */
export function alsoComplex(operator: AtenOperator, convert: ConvertCall): AtenOperator {
  if (operator.kind === 'view') return operator;
  return { ...operator, convert: (call) => (call.isComplex('self') ? convert(call) : operator.convert(call)) };
}

/** The product of two complex tensors, or of a complex and a real one. */
export function complexProduct(call: AtenCall): ReturnType<ConvertCall> {
  const [a, b] = parts(call, call.complexInput('self'));
  if (!call.isComplex('other')) {
    const factor = call.input('other');
    return call.complexResult(joined(call, [call.emit('Mul', [a, factor]), call.emit('Mul', [b, factor])]));
  }
  const [c, d] = parts(call, call.complexInput('other'));
  const product = (left: string, right: string): string => call.emit('Mul', [left, right]);
  const real = call.emit('Sub', [product(a, c), product(b, d)]);
  return call.complexResult(joined(call, [real, call.emit('Add', [product(a, d), product(b, c)])]));
}

function part(call: AtenCall, index: 0 | 1): ViewStep {
  const { value, dtype } = call.tensor('self');
  const axis = call.rankOf(value) - 1;
  const type = dtype === 'complex128' ? 'float64' : 'float32';
  return { read: (base) => call.emit('Gather', [base, call.scalar(index, 'int64')], { axis }), isContiguous: false, dtype: type };
}

function parts(call: AtenCall, value: string): readonly [string, string] {
  const axis = call.rankOf(value) - 1;
  const pick = (index: number): string => call.emit('Gather', [value, call.scalar(index, 'int64')], { axis });
  return [pick(0), pick(1)];
}

function joined(call: AtenCall, values: readonly string[]): string {
  const axis = call.rankOf(values[0] ?? '');
  return call.emit(
    'Concat',
    values.map((value) => call.unsqueeze(value, [axis])),
    { axis },
  );
}
