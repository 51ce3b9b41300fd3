import { describe, expect, it } from 'vitest';
import { none, type TorchValue } from '../values/value.ts';
import { callResult, counted, type PythonValue, pythonValue, traceValues } from './testing.ts';
import { Tracer } from './tracer.ts';

const args = (...values: readonly PythonValue[]): readonly TorchValue[] => values.map(pythonValue);

describe('in-place operators', () => {
  it('write the tensor that is read later', () => {
    const [result] = traceValues([counted([2, 2])], (tracer, x = none) => {
      tracer.call('aten.add_.Tensor', [x, ...args(10)]);
      return tracer.call('aten.mul.Tensor', [x, ...args(2)]);
    });
    expect(result?.values).toEqual([22, 24, 26, 28]);
  });

  it('write through views, also older ones', () => {
    const [base, column] = traceValues([counted([2, 3])], (tracer, x = none) => {
      const [copy = none] = tracer.call('aten.add.Tensor', [x, ...args(0)]);
      const [old = none] = tracer.call('aten.select.int', [copy, ...args(1, 2)]);
      const [rows = none] = tracer.call('aten.slice.Tensor', [copy, ...args(0, 1)]);
      const [part = none] = tracer.call('aten.slice.Tensor', [rows, ...args(1, 1)]);
      tracer.call('aten.mul_.Tensor', [part, ...args(10)]);
      return [copy, old];
    });
    expect(base?.values).toEqual([1, 2, 3, 4, 50, 60]);
    expect(column?.values).toEqual([3, 60]);
  });

  it('keep an earlier copy', () => {
    const [before, after] = traceValues([counted([3])], (tracer, x = none) => {
      const [before = none] = tracer.call('aten.add.Tensor', [x, ...args(0)]);
      tracer.call('aten.add_.Tensor', [x, ...args(1)]);
      return [before, x];
    });
    expect(before?.values).toEqual([1, 2, 3]);
    expect(after?.values).toEqual([2, 3, 4]);
  });

  it('write strided and permuted views', () => {
    const [result] = traceValues([counted([2, 4])], (tracer, x = none) => {
      const [turned = none] = tracer.call('aten.t.default', [x]);
      const [even = none] = tracer.call('aten.slice.Tensor', [turned, ...args(0, 0, 4, 2)]);
      tracer.call('aten.mul_.Tensor', [even, ...args(10)]);
      return x;
    });
    expect(result?.values).toEqual([10, 2, 30, 4, 50, 6, 70, 8]);
  });

  it('reject integer division with another rounding in place, but convert to the type of the tensor', () => {
    const result = callResult('aten.mul_.Tensor', [
      { dtype: 'int32', shape: [2], values: [3, 5] },
      { dtype: 'int64', shape: [2], values: [2, 2] },
    ]);
    expect(result).toEqual({ dtype: 'int32', shape: [2], values: [6, 10] });
  });
});

describe('overloads', () => {
  it('are selected by the argument types', () => {
    const [result] = traceValues([counted([2])], (tracer, x = none) => tracer.callOverloaded('aten.add', [x, ...args(2, 3)]));
    expect(result?.values).toEqual([7, 8]);
  });
});

describe('a call that fails', () => {
  it('is reported once with its source position', () => {
    const tracer = new Tracer('test', [{ name: 'x', type: { dtype: 'float32', shape: [2, 3] } }]);
    const x: TorchValue = { kind: 'tensor', tensor: tracer.input('x', 'float32') };
    const [broken = none] = tracer.call('aten.view.default', [x, ...args([5])], new Map(), {
      module: 'head',
      sourceLine: () => 'net.py:7 in forward',
    });
    tracer.call('aten.relu.default', [broken]);
    tracer.call('aten.frobnicate.default', [x]);
    expect(tracer.diagnostics.map(({ code }) => code)).toEqual(['operator-invalid', 'operator-unknown']);
    expect(tracer.diagnostics[0]?.place).toMatchObject({
      node: 'head',
      operator: 'aten.view.default',
      source: 'net.py:7 in forward',
      shapes: ['[2,3]'],
    });
  });
});

describe('names', () => {
  it('match module names', () => {
    const tracer = new Tracer('test', [{ name: 'x', type: { dtype: 'float32', shape: [1, 4] } }]);
    const x: TorchValue = { kind: 'tensor', tensor: tracer.input('x', 'float32') };
    const [y = none] = tracer.call('aten.relu.default', [x], new Map(), {
      module: 'layer1.0.act',
      moduleType: 'torch.nn.modules.activation.ReLU',
    });
    const [z = none] = tracer.call('aten.add.Tensor', [y, y], new Map(), { module: 'layer1.0', moduleType: 'resnet.Block' });
    if (z.kind !== 'tensor') throw new Error('no tensor');
    const graph = tracer.graph([{ name: 'out0', tensor: z.tensor }]);
    expect(graph.nodes.map(({ name, outputs }) => [name, outputs])).toEqual([
      ['layer1.0.act', ['layer1.0.act']],
      ['layer1.0.add', ['out0']],
    ]);
  });
});
