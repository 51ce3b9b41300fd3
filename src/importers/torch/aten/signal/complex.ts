import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import { angleOf } from '../elementwise/power.ts';
import { sameElements } from '../movement/views.ts';
import { type AtenFamily, type AtenOperator, atenOperator, type ConvertCall, viewOperator } from '../operator.ts';
import { complexParts, joinedParts } from './complexParts.ts';

/** Complex numbers, stored as pairs of floats on a last axis. */
export const complexFamily: AtenFamily = [
  viewOperator(
    'view_as_real(Tensor(a) self) -> Tensor(a)',
    (call) => {
      const dtype = call.dtypeOf(call.complexInput('self'));
      return { read: (base) => base, write: (_, view) => view, isContiguous: true, dtype };
    },
    { takesComplex: true },
  ),
  viewOperator('view_as_complex(Tensor(a) self) -> Tensor(a)', (call) => {
    const value = call.input('self');
    if (call.shapeOf(value).at(-1) !== 2) throw new OperatorError('invalid', 'the last axis of complex numbers must have two entries');
    const dtype = call.dtypeOf(value) === 'float64' ? 'complex128' : 'complex64';
    return { read: (base) => base, write: (_, view) => view, isContiguous: true, dtype };
  }),
  viewOperator('real(Tensor(a) self) -> Tensor(a)', (call) => (call.isComplex('self') ? part(call, 0) : sameElements), {
    takesComplex: true,
  }),
  viewOperator('imag(Tensor(a) self) -> Tensor(a)', (call) => part(call, 1), { takesComplex: true }),
  atenOperator('complex(Tensor real, Tensor imag) -> Tensor', (call) =>
    call.complexResult(joinedParts(call, [call.input('real'), call.input('imag')])),
  ),
  atenOperator('polar(Tensor abs, Tensor angle) -> Tensor', (call) => {
    const [length, angle] = [call.input('abs'), call.input('angle')];
    const values = [call.emit('Cos', [angle]), call.emit('Sin', [angle])].map((value) => call.emit('Mul', [length, value]));
    return call.complexResult(joinedParts(call, values));
  }),
  atenOperator('angle(Tensor self) -> Tensor', (call) => {
    const [real, imaginary] = complexParts(call, call.complexInput('self'));
    return angleOf(call, imaginary, real);
  }),
  atenOperator('conj(Tensor(a) self) -> Tensor(a)', (call) => {
    if (!call.isComplex('self')) return call.input('self');
    const [real, imaginary] = complexParts(call, call.complexInput('self'));
    return call.complexResult(joinedParts(call, [real, call.emit('Neg', [imaginary])]));
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

function part(call: AtenCall, index: 0 | 1): ViewStep {
  const dtype = call.dtypeOf(call.complexInput('self'));
  return { read: (base) => complexParts(call, base)[index], isContiguous: false, dtype };
}
