import { describe, expect, it } from 'vitest';
import { type Graph, makeNode, type Node } from '../graph/ir/graph.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { lowerNodes } from '../lower/testing.ts';
import { encode } from '../net/encode.ts';
import { readWrittenModel } from '../net/format/writtenModel.ts';
import type { Model } from '../net/model.ts';
import type { Layer } from '../net/net.ts';
import { optimize } from '../net/passes/index.ts';
import { weightOf } from '../net/weight.ts';
import { type Reference, verificationDiagnostics, verifyNet } from './verify.ts';

const weight = Tensor.float32([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 2, 2]);
const nodes: readonly Node[] = [
  makeNode('Conv', ['x', 'w'], ['features'], {}, 'first'),
  makeNode('Sigmoid', ['features'], ['squashed'], {}, 'squash'),
  makeNode('Mul', ['squashed', 'half'], ['y'], {}, 'last'),
];
const shapes = { x: [1, 1, 3, 3] };
const constants = { w: weight, half: Tensor.float32([0.5]) };

const graph: Graph = {
  name: 'test',
  inputs: [{ name: 'x', type: { dtype: 'float32', shape: shapes.x } }],
  outputs: ['y'],
  nodes,
  constants: new Map(Object.entries(constants)),
  types: new Map(),
};
const reference: Reference = { kind: 'graph', graph };

function written(change: (layer: Layer) => Layer = (layer) => layer, optimized = false): Model {
  const model = lowerNodes(shapes, nodes, ['y'], constants);
  const net = optimized ? optimize(model.net, true).net : model.net;
  return readWrittenModel(encode({ ...model, net: { ...net, layers: net.layers.map(change) } }));
}

describe('verifyNet', () => {
  it('accepts the written net, optimized or not', async () => {
    for (const optimized of [false, true]) {
      const result = await verifyNet(reference, written(undefined, optimized));
      expect(result).toMatchObject({ ok: true, outputs: [{ name: 'y', elements: 8 }] });
      expect(result.outputs[0]?.maxAbsolute).toBeLessThan(1e-6);
      expect(verificationDiagnostics(result)).toEqual([]);
    }
  });

  it('traces a changed weight back to its node', async () => {
    const spoilt = written((layer) =>
      layer.type === 'Convolution' ? { ...layer, weights: [weightOf([1, 2, 3, 4, 5, 6, 7, 8.5])] } : layer,
    );
    const result = await verifyNet(reference, spoilt);
    expect(result).toMatchObject({
      ok: false,
      first: { tensor: 'features', node: 'first', operator: 'Conv', layer: 'first', layerType: 'Convolution' },
    });
    expect(verificationDiagnostics(result)).toMatchObject([{ code: 'result-differs', place: { node: 'first', operator: 'Conv' } }]);
  });

  it('does not report a choice between close elements as an error', async () => {
    const picking = (operator: string): readonly Node[] => [makeNode(operator, ['x'], ['y'], { axis: 1, keepdims: 0 }, 'pick')];
    const x = { x: [1, 5] };
    const inputs: Graph['inputs'] = [{ name: 'x', type: { dtype: 'float32', shape: x.x } }];
    const model = lowerNodes(x, picking('ArgMin'), ['y']);
    const result = await verifyNet(
      { kind: 'graph', graph: { ...graph, inputs, nodes: picking('ArgMax') } },
      readWrittenModel(encode(model)),
    );
    expect(result.first).toMatchObject({ tensor: 'y', isChoice: true });
    expect(verificationDiagnostics(result)[0]?.hint).toMatch(/nearly equal ones may come in another order/);
  });

  it('traces a swapped parameter back to its node, with equal values before it', async () => {
    const spoilt = written((layer) => (layer.type === 'BinaryOp' ? { ...layer, params: { ...layer.params, op_type: 0 } } : layer));
    expect((await verifyNet(reference, spoilt)).first).toMatchObject({ tensor: 'y', node: 'last', operator: 'Mul', layerType: 'BinaryOp' });
  });

  it('accepts a small error under wide thresholds only', async () => {
    const spoilt = written((layer) =>
      layer.type === 'Convolution' ? { ...layer, weights: [weightOf([1.001, 2, 3, 4, 5, 6, 7, 8])] } : layer,
    );
    expect((await verifyNet(reference, spoilt, { rtol: 0, atol: 1e-6 })).ok).toBe(false);
    expect((await verifyNet(reference, spoilt, { rtol: 0.1, atol: 0.01 })).ok).toBe(true);
  });

  it('feeds the given values', async () => {
    const inputs = { x: { data: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((value) => value / 10) } };
    expect((await verifyNet(reference, written(), { inputs })).ok).toBe(true);
    await expect(verifyNet(reference, written(), { inputs: { x: { data: [1, 2] } } })).rejects.toThrow('has 2 elements');
    await expect(verifyNet(reference, written(), { inputs: { z: { data: [1] } } })).rejects.toThrow('takes no input "z"');
  });

  it('runs a net of one sample for each sample', async () => {
    const batch: Graph = { ...graph, inputs: [{ name: 'x', type: { dtype: 'float32', shape: [3, 1, 3, 3] } }] };
    const model = written();
    const of = (binding: Model['inputs'][number]): Model['inputs'][number] => ({
      ...binding,
      shape: [3, ...binding.shape.slice(1)],
      batch: 3,
    });
    const carried = { ...model, inputs: model.inputs.map(of), outputs: model.outputs.map(of) };
    expect(await verifyNet({ kind: 'graph', graph: batch }, carried)).toMatchObject({ ok: true, outputs: [{ elements: 24 }] });
  });

  it('compares a source net with itself as imported', async () => {
    const imported = lowerNodes(shapes, nodes, ['y'], constants);
    expect((await verifyNet({ kind: 'model', model: imported }, written(undefined, true))).ok).toBe(true);
    const spoilt = written((layer) => (layer.type === 'Sigmoid' ? { ...layer, type: 'TanH', params: {} } : layer));
    expect((await verifyNet({ kind: 'model', model: imported }, spoilt)).first).toMatchObject({ tensor: 'squashed', layerType: 'TanH' });
  });
});
