import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator, type ConvertCall } from '../operator.ts';

/** Attributes of DFT. */
type Attributes = Readonly<Record<string, number>>;

/** Fourier transforms along axes of a tensor, real or complex. */
export const transformFamily: AtenFamily = [
  oneAxis('fft_fft', {}),
  oneAxis('fft_ifft', { inverse: 1 }),
  oneAxis('fft_rfft', { onesided: 1 }),
  atenOperator('fft_fft2(Tensor self, SymInt[1]? s=None, int[1] dim=[-2,-1], str? norm=None) -> Tensor', (call) => severalAxes(call)),
  atenOperator('fft_fftn(Tensor self, SymInt[1]? s=None, int[1]? dim=None, str? norm=None) -> Tensor', (call) => severalAxes(call)),
  // These are the operators in decomposed programs; the number determines the divisor of the result.
  atenOperator('_fft_r2c(Tensor self, int[] dim, int normalization, bool onesided) -> Tensor', (call) => {
    const axes = call.axes('dim', call.rankOf(call.input('self')));
    if (call.bool('onesided') && axes.length > 1)
      throw new OperatorError('unsupported', 'half of a transform of several axes is not supported');
    return divided(call, axes, call.bool('onesided') ? { onesided: 1 } : {});
  }),
  atenOperator('_fft_c2c(Tensor self, SymInt[] dim, int normalization, bool forward) -> Tensor', (call) => {
    const axes = call.axes('dim', call.rankOf(call.complexInput('self')) - 1);
    return divided(call, axes, call.bool('forward') ? {} : { inverse: 1 });
  }),
];

function oneAxis(name: string, attributes: Attributes) {
  return atenOperator(`${name}(Tensor self, SymInt? n=None, int dim=-1, str? norm=None) -> Tensor`, (call) => {
    if (!call.isNone('n')) throw otherLength();
    const value = pairs(call);
    return transformed(call, value, [call.axis(call.int('dim'), call.rankOf(value) - 1)], attributes);
  });
}

function severalAxes(call: AtenCall): ReturnType<ConvertCall> {
  if (!call.isNone('s')) throw otherLength();
  const value = pairs(call);
  return transformed(call, value, call.axes('dim', call.rankOf(value) - 1), {});
}

function otherLength(): OperatorError {
  return new OperatorError('unsupported', 'a Fourier transform of another length than its axis is not supported');
}

/** The operand with its numbers on a last axis: of size 2 if it is complex, of size 1 if it is real. */
function pairs(call: AtenCall): string {
  if (call.isComplex('self')) return call.complexInput('self');
  const value = call.input('self');
  return call.unsqueeze(value, [call.rankOf(value)]);
}

function transformed(call: AtenCall, value: string, axes: readonly number[], attributes: Attributes): ReturnType<ConvertCall> {
  const count = countOf(call, value, axes);
  return scaled(call, value, axes, attributes, normalization(call, count, attributes.inverse === 1));
}

/** With the result divided by 1, by the square root of its length or by its length. */
function divided(call: AtenCall, axes: readonly number[], attributes: Attributes): ReturnType<ConvertCall> {
  const value = pairs(call);
  const count = countOf(call, value, axes);
  const divisor = [1, Math.sqrt(count), count][call.int('normalization')] ?? 1;
  return scaled(call, value, axes, attributes, (attributes.inverse === 1 ? count : 1) / divisor);
}

function countOf(call: AtenCall, value: string, axes: readonly number[]): number {
  return axes.reduce((product, axis) => product * call.sizeOfAxis(value, axis), 1);
}

function scaled(call: AtenCall, value: string, axes: readonly number[], attributes: Attributes, factor: number): ReturnType<ConvertCall> {
  const result = axes.reduce((part, axis) => call.emit('DFT', [part, '', call.scalar(axis, 'int64')], attributes), value);
  return call.complexResult(factor === 1 ? result : call.emit('Mul', [result, call.scalarLike(factor, result)]));
}

/** The factor of the result: an inverse transform is already divided by its length. */
function normalization(call: AtenCall, count: number, isInverse: boolean): number {
  const norm = call.isNone('norm') ? 'backward' : call.string('norm');
  if (norm === 'ortho') return isInverse ? Math.sqrt(count) : 1 / Math.sqrt(count);
  if (norm === 'forward') return isInverse ? count : 1 / count;
  return 1;
}
