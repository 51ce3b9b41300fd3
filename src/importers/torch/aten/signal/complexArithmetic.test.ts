import { expect, it } from 'vitest';
import { type PythonValue, pythonValue, type TorchValues, traceValues } from '../../trace/testing.ts';
import type { Tracer } from '../../trace/tracer.ts';
import { none, type TorchValue } from '../../values/value.ts';

function call(tracer: Tracer, target: string, ...args: readonly PythonValue[]): TorchValue {
  return tracer.call(`aten.${target}`, args.map(pythonValue))[0] ?? none;
}

// 1 + 2i and 3 - 1i; 2 + 1i; and the real numbers 2 and 4.
const z: TorchValues = { shape: [2, 2], values: [1, 2, 3, -1] };
const w: TorchValues = { shape: [1, 2], values: [2, 1] };
const x: TorchValues = { shape: [2], values: [2, 4] };

/** The parts of an operator's result for complex and real operands. */
function parts(program: (tracer: Tracer, z: TorchValue, w: TorchValue, x: TorchValue) => TorchValue): readonly number[] {
  const [result] = traceValues([z, w, x], (tracer, zParts = none, wParts = none, real = none) => {
    const [complexZ, complexW] = [zParts, wParts].map((value) => call(tracer, 'view_as_complex.default', value));
    return call(tracer, 'view_as_real.default', program(tracer, complexZ ?? none, complexW ?? none, real));
  });
  return (result?.values ?? []).map((value) => Number(value.toFixed(6)));
}

it.each<[string, (tracer: Tracer, z: TorchValue, w: TorchValue, x: TorchValue) => TorchValue, readonly number[]]>([
  ['z + w', (tracer, a, b) => call(tracer, 'add.Tensor', a, b), [3, 3, 5, 0]],
  ['z + x', (tracer, a, _, c) => call(tracer, 'add.Tensor', a, c), [3, 2, 7, -1]],
  ['x - z', (tracer, a, _, c) => call(tracer, 'sub.Tensor', c, a), [1, -2, 1, 1]],
  ['1 - z', (tracer, a) => call(tracer, 'rsub.Scalar', a, 1), [0, -2, -2, 1]],
  ['w + x', (tracer, _, b, c) => call(tracer, 'add.Tensor', b, c), [4, 1, 6, 1]],
  ['z · w', (tracer, a, b) => call(tracer, 'mul.Tensor', a, b), [0, 5, 7, 1]],
  ['x · z', (tracer, a, _, c) => call(tracer, 'mul.Tensor', c, a), [2, 4, 12, -4]],
  ['z / w', (tracer, a, b) => call(tracer, 'div.Tensor', a, b), [0.8, 0.6, 1, -1]],
  ['z / x', (tracer, a, _, c) => call(tracer, 'div.Tensor', a, c), [0.5, 1, 0.75, -0.25]],
  ['x / w', (tracer, _, b, c) => call(tracer, 'div.Tensor', c, b), [0.8, -0.4, 1.6, -0.8]],
  ['-z', (tracer, a) => call(tracer, 'neg.default', a), [-1, -2, -3, 1]],
])('computes %s', (_, program, expected) => {
  expect(parts(program)).toEqual(expected);
});
