import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Matrix products. */
export const linearFamily: AtenFamily = [atenOperator('linear(Tensor input, Tensor weight, Tensor? bias=None) -> Tensor', linear)];

function linear(call: AtenCall): string {
  const [input, weight, bias] = [call.input('input'), call.input('weight'), call.optionalInput('bias')];
  if (call.rankOf(input) === 2 && call.rankOf(weight) === 2) {
    return call.emit('Gemm', [input, weight, ...(bias === undefined ? [] : [bias])], { transB: 1 });
  }
  const product = call.emit('MatMul', [input, call.rankOf(weight) === 2 ? call.transpose(weight, [1, 0]) : weight]);
  return bias === undefined ? product : call.emit('Add', [product, bias]);
}
