import { expect, it } from 'vitest';
import { counted, type PythonValue, pythonValue, traceValues } from '../../trace/testing.ts';
import type { Tracer } from '../../trace/tracer.ts';
import { none, type TorchValue } from '../../values/value.ts';

/** The first result of a call. */
function call(tracer: Tracer, target: string, ...args: readonly PythonValue[]): TorchValue {
  return tracer.call(`aten.${target}`, args.map(pythonValue))[0] ?? none;
}

/** Applies a program to the complex numbers 0 + 1i, 2 + 3i … of the given shape, and returns the parts of its result. */
function parts(
  shape: readonly number[],
  program: (tracer: Tracer, x: TorchValue) => TorchValue,
): readonly [shape: unknown, values: unknown] {
  const [result] = traceValues([counted([...shape, 2], 0)], (tracer, x = none) =>
    call(tracer, 'view_as_real.default', program(tracer, call(tracer, 'view_as_complex.default', x))),
  );
  return [result?.shape, result?.values];
}

it('takes views of complex tensors', () => {
  expect(parts([2, 2], (tracer, x) => call(tracer, 'reshape.default', x, [4, 1]))).toEqual([
    [4, 1, 2],
    [0, 1, 2, 3, 4, 5, 6, 7],
  ]);
  expect(parts([2, 2], (tracer, x) => call(tracer, 'transpose.int', x, 0, -1))).toEqual([
    [2, 2, 2],
    [0, 1, 4, 5, 2, 3, 6, 7],
  ]);
  expect(parts([2, 2], (tracer, x) => call(tracer, 'select.int', x, -1, 1))).toEqual([
    [2, 2],
    [2, 3, 6, 7],
  ]);
  expect(parts([3], (tracer, x) => call(tracer, 'unsqueeze.default', x, -1))).toEqual([
    [3, 1, 2],
    [0, 1, 2, 3, 4, 5],
  ]);
});

it('writes views of complex tensors', () => {
  const program = (tracer: Tracer, x: TorchValue): TorchValue => {
    call(tracer, 'mul_.Tensor', call(tracer, 'select.int', x, 0, 1), 10);
    return x;
  };
  expect(parts([2, 2], program)).toEqual([
    [2, 2, 2],
    [0, 1, 2, 3, 40, 50, 60, 70],
  ]);
});

it('takes the parts of views', () => {
  const [imaginary] = traceValues([counted([2, 2, 2], 0)], (tracer, x = none) =>
    call(tracer, 'imag.default', call(tracer, 'transpose.int', call(tracer, 'view_as_complex.default', x), 0, 1)),
  );
  expect([imaginary?.shape, imaginary?.values]).toEqual([
    [2, 2],
    [1, 5, 3, 7],
  ]);
  expect(traceValues([counted([2], 0)], (tracer, x = none) => call(tracer, 'real.default', x))[0]?.values).toEqual([0, 1]);
});

it('joins complex and real tensors', () => {
  const program = (target: string, dim: number) => (tracer: Tracer, x: TorchValue) =>
    call(tracer, target, [x, call(tracer, 'real.default', x), call(tracer, 'mul.Tensor', x, 10)], dim);
  expect(parts([2], program('cat.default', -1))).toEqual([
    [6, 2],
    [0, 1, 2, 3, 0, 0, 2, 0, 0, 10, 20, 30],
  ]);
  expect(parts([2], program('stack.default', -1))).toEqual([
    [2, 3, 2],
    [0, 1, 0, 0, 0, 10, 2, 3, 2, 0, 20, 30],
  ]);
});
