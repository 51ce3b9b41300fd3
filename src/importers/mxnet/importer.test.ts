import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { convert, verify } from '../../api.ts';
import { type Diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { execute } from '../../net/execute.ts';
import { readWrittenModel } from '../../net/format/writtenModel.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Imported } from '../importer.ts';
import { type FilesByName, sourceOfFiles } from '../testing.ts';
import { importMxnet } from './importer.ts';
import { convolutionSymbol, convolutionWeights, type NodeToWrite, paramsFile, symbolFile } from './testing.ts';

function importFiles(files: FilesByName, options: ConvertOptions = {}): Extract<Imported, { kind: 'graph' }> {
  const imported = importMxnet(sourceOfFiles(files), options);
  if (imported.kind !== 'graph') throw new Error('no graph');
  return imported;
}

function faultsOf(files: FilesByName, options?: ConvertOptions): readonly string[] {
  return diagnosticsOf(files, options).map(({ code, message, hint }) => `${code}: ${message} | ${hint}`);
}

function diagnosticsOf(files: FilesByName, options?: ConvertOptions): readonly Diagnostic[] {
  try {
    importFiles(files, options);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics;
    throw error;
  }
  return [];
}

const weights = paramsFile(convolutionWeights);
const symbol = symbolFile(convolutionSymbol);

describe('partners', () => {
  it('uses the arrays of the highest epoch', () => {
    const other = paramsFile({ ...convolutionWeights, 'arg:conv_bias': { shape: [1], values: [9] } });
    const { graph } = importFiles({ 'net-symbol.json': symbol, 'net-0002.params': weights, 'net-0010.params': other, 'x-0099.params': '' });
    expect(graph.constants.get('conv_bias')?.toFloat32()[0]).toBe(9);
  });

  it('finds the symbol of arrays', () => {
    expect(importFiles({ 'net-0002.params': weights, 'net-symbol.json': symbol }).graph.outputs).toEqual(['conv_output']);
  });

  it('uses a file that an option names', () => {
    const files = { 'net-symbol.json': symbol, 'a.params': '', 'other.params': weights };
    expect(importFiles(files, { params: 'other.params' }).graph.outputs).toEqual(['conv_output']);
    expect(faultsOf(files)[0]).toContain('Choose one of a.params, other.params: net-symbol.json+a.params.');
  });

  it('names missing weights', () => {
    expect(faultsOf({ 'net-symbol.json': symbol })[0]).toBe(
      'file-missing: the .params with the weights "conv_weight", "conv_bias" is missing | Put net-0000.params in the same folder, or join a file with another name: net-symbol.json+NAME.params.',
    );
  });
});

describe('names', () => {
  const data = { op: 'null', name: 'data', attrs: { __shape__: '(1, 2)' } };
  const importing = (...nodes: readonly NodeToWrite[]): Extract<Imported, { kind: 'graph' }>['graph'] =>
    importFiles({ 'net-symbol.json': symbolFile([data, ...nodes]) }).graph;

  it('match the result names of MXNet', () => {
    const { nodes, outputs } = importing({ op: 'square', name: 'a', inputs: [[0, 0]] }, { op: 'rsqrt', name: 'b', inputs: [[1, 0]] });
    expect(nodes.map((node) => node.name)).toEqual(['a', 'b/Sqrt', 'b']);
    expect(outputs).toEqual(['b_output']);
  });

  it('are assigned to results that are values of other nodes', () => {
    const { nodes, outputs } = importing({ op: 'relu', name: 'a', inputs: [[0, 0]] }, { op: 'Dropout', name: 'b', inputs: [[1, 0]] });
    expect(nodes.map(({ operator, inputs }) => [operator, ...inputs])).toEqual([
      ['Relu', 'data'],
      ['Identity', 'a_output'],
    ]);
    expect(outputs).toEqual(['b_output']);
  });

  it('are unique if a symbol uses one twice', () => {
    const { nodes } = importing({ op: 'relu', name: 'a', inputs: [[0, 0]] }, { op: 'tanh', name: 'a', inputs: [[1, 0]] });
    expect(nodes.map((node) => node.name)).toEqual(['a', 'a_1']);
  });
});

describe('invalid input', () => {
  const importing = (nodes: readonly NodeToWrite[], arrays = convolutionWeights, options?: ConvertOptions): readonly string[] =>
    faultsOf({ 'net-symbol.json': symbolFile(nodes), 'net-0000.params': paramsFile(arrays) }, options);

  it('asks for the shape of an input with an example', () => {
    const nodes = convolutionSymbol.map((node) => (node.name === 'data' ? { op: 'null', name: 'data' } : node));
    expect(diagnosticsOf({ 'net-symbol.json': symbolFile(nodes), 'net-0000.params': weights })).toMatchObject([
      { code: 'shape-unknown', advice: [{ option: 'shape', input: 'data', dims: [1, 2, 224, 224], isExample: true }] },
    ]);
    expect(importing(nodes, convolutionWeights, { shape: { data: [1, 2, 5, 5] } })).toEqual([]);
  });

  it('reports both shapes of a mismatched weight', () => {
    const [fault] = importing(convolutionSymbol, {
      ...convolutionWeights,
      'arg:conv_weight': { shape: [1, 2, 3, 2], values: Array(12).fill(0) },
    });
    expect(fault).toMatch(/^weights-mismatch: .*"conv_weight" is \[1,2,3,2\] instead of \[1,2,3,3\]/);
  });

  it('names a missing weight with its shape', () => {
    const { 'arg:conv_bias': bias, ...otherWeights } = convolutionWeights;
    expect(bias).toBeDefined();
    expect(importing(convolutionSymbol, otherWeights)[0]).toMatch(/^weights-mismatch: .*"conv_bias" is missing, an array of \[1\]/);
  });

  it('allocates nothing for the size of a missing weight', () => {
    const { 'arg:conv_weight': weight, ...otherWeights } = convolutionWeights;
    expect(weight).toBeDefined();
    const nodes = convolutionSymbol.map((node) =>
      node.name === 'conv' ? { ...node, attrs: { kernel: '(3, 3)', num_filter: '100000000' } } : node,
    );
    const before = process.memoryUsage().arrayBuffers;
    expect(importing(nodes, otherWeights)[0]).toMatch(/^weights-mismatch: .*"conv_weight" is missing, an array of \[100000000,2,3,3\]/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it('reports an invalid declared shape', () => {
    const nodes = convolutionSymbol.map((node) => (node.name === 'data' ? { ...node, attrs: { __shape__: '(1, 1e30)' } } : node));
    expect(importing(nodes)[0]).toMatch(/^file-malformed: the variable "data" declares a shape that cannot be read/);
  });

  it('lists all unknown operators', () => {
    const nodes = [...convolutionSymbol, { op: 'Foo', name: 'a', inputs: [[3, 0]] }, { op: 'Bar', name: 'b', inputs: [[4, 0]] }];
    expect(importing(nodes).map((fault) => fault.split(' | ')[0])).toEqual([
      'operator-unknown: the operator Foo is unknown',
      'operator-unknown: the operator Bar is unknown',
    ]);
  });

  it('names the last values that convert and accepts them as outputs', () => {
    const nodes = [...convolutionSymbol, { op: 'Foo', name: 'a', inputs: [[3, 0]] }];
    const files = { 'net-symbol.json': symbolFile(nodes), 'net-0000.params': weights };
    expect(diagnosticsOf(files)[0]?.advice).toEqual([{ option: 'outputs', names: ['conv_output'] }]);
    expect(importFiles(files, { outputs: ['conv_output'] }).graph.outputs).toEqual(['conv_output']);
  });

  it.each([
    ['split', { num_outputs: '1000000000000' }, /^limit-exceeded: 1000000000000 entries/],
    ['_split_v2', { sections: '3', axis: '1' }, /^operator-invalid: a size or position would be 0.66/],
    ['_contrib_AdaptiveAvgPooling2D', { output_size: '(-3, 5)' }, /^operator-invalid: `output_size` is/],
    ['_contrib_AdaptiveAvgPooling2D', { output_size: '(100000000, 3)' }, /^limit-exceeded: 800000000 entries/],
    ['_plus_scalar', { scalar: 'inf' }, /^operator-invalid: Infinity is not a value of the type int32/],
    ['_contrib_BilinearResize2D', { scale_height: 'inf', scale_width: '1' }, /^operator-invalid: a size or position would be Infinity/],
  ])('rejects sizes of %s that no tensor has', (op, attrs, fault) => {
    const data = { op: 'null', name: 'data', attrs: { __shape__: '(1, 2, 8, 8)', __dtype__: '4' } };
    expect(importing([data, { op, name: 'a', attrs, inputs: [[0, 0]] }])[0]).toMatch(fault);
  });

  it.each([
    ['{"a": 1}', '`nodes` is not a list'],
    ['{"nodes": [', 'the JSON is not valid'],
    ['{"nodes": [{"op": "relu", "name": "r", "inputs": [[0, 0]]}], "heads": [[0, 0]]}', 'does not come before it'],
    ['{"nodes": [], "heads": []}', '`heads`, the list of outputs, is empty'],
  ])('rejects %s', (text, message) => {
    expect(faultsOf({ 'net-symbol.json': text, 'net-0000.params': weights })[0]).toContain(message);
  });
});

describe('a net from MXNet', () => {
  interface Values {
    readonly shape: readonly number[];
    readonly values: readonly number[];
  }
  const folder = new URL('../../../test/fixtures/mxnet/', import.meta.url);
  const fixtures: Readonly<Record<string, { inputs: Record<string, Values>; outputs: Record<string, Values> }>> = JSON.parse(
    readFileSync(new URL('expected.json', folder), 'utf8'),
  );

  it.each(Object.entries(fixtures))('computes the results of MXNet: %s', async (name, { inputs, outputs }) => {
    for (const optimize of [true, false]) {
      const { artifact } = await convert(fileURLToPath(new URL(`${name}-symbol.json`, folder)), { optimize });
      const model = readWrittenModel(artifact);
      expect(artifact.stem).toBe(name);
      const feeds = model.inputs.map(({ name: input, blob, blobShape }) => {
        const shape = blobShape.map(Number);
        return [blob ?? '', { shape, values: Float32Array.from(inputs[input]?.values ?? []) }] as const;
      });
      const results = execute(model.net, new Map(feeds));
      expect(model.outputs.map((output) => output.name)).toEqual(Object.keys(outputs));
      for (const { name: output, blob } of model.outputs) {
        // MXNet fills up with rows of class -1; this converter returns a single one.
        const rows = (all: readonly number[]): readonly number[] =>
          name === 'detector' ? all.filter((_, index) => all[index - (index % 6)] !== -1) : all;
        const actual = rows([...(results.get(blob ?? '')?.values ?? [])]);
        const expected = rows(outputs[output]?.values ?? []);
        expect(actual).toHaveLength(expected.length);
        expect(actual.length).toBeGreaterThan(0);
        for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 4);
      }
    }
  });

  it('is verified against the graph', async () => {
    const { verification } = await verify(fileURLToPath(new URL('classifier-0000.params', folder)));
    expect(verification.outputs).toHaveLength(1);
  });
});
