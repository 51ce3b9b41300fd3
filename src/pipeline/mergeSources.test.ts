import { describe, expect, it } from 'vitest';
import { onnxFile } from '../../test/onnxFile.ts';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { manifestOf } from '../emit/manifest.ts';
import type { ModelSource } from '../importers/source.ts';
import { sourceOfFiles } from '../importers/testing.ts';
import { execute } from '../net/execute.ts';
import { outline } from '../net/passes/testing.ts';
import { type MergedSources, type MergeOptions, mergeSources } from './mergeSources.ts';

function net(file: string, ...layers: readonly string[]): ModelSource {
  const blobs = layers.reduce((count, layer) => count + Number(layer.split(/ +/)[3]), 0);
  return sourceOfFiles({ [file]: `7767517\n${layers.length} ${blobs}\n${layers.join('\n')}\n` });
}

/** `feature = x + 1`, `score = 3 feature`. */
const front = net(
  'front.param',
  'Input x 0 1 x 0=4 1=1 2=2',
  'BinaryOp add 1 1 x feature 0=0 1=1 2=1.0',
  'Split fork 1 2 feature feature_splitncnn_0 feature_splitncnn_1',
  'BinaryOp scale 1 1 feature_splitncnn_0 score 0=2 1=1 2=3.0',
  'UnaryOp add2 1 1 feature_splitncnn_1 map 0=1',
);

/** `y = x * x` of an input of any height. */
const back = onnxFile({
  nodes: [{ type: 'Mul', inputs: ['score', 'score'], outputs: ['map'], name: 'add' }],
  inputs: { score: [1, 2, 'h', 4] },
  outputs: { map: [1, 2, 'h', 4] },
});

const merge = (first: ModelSource, second: ModelSource, options: MergeOptions = {}): Promise<MergedSources> =>
  mergeSources([first, second], options);

const refusal = async (first: ModelSource, second: ModelSource, options?: MergeOptions): Promise<unknown> => {
  const error: unknown = await merge(first, second, options).catch((thrown: unknown) => thrown);
  return error instanceof NcnnError ? error.diagnostics : error;
};

describe('two models', () => {
  it('become one net that computes one after the other', async () => {
    const { artifact } = await merge(front, sourceOfFiles({ 'back.onnx': back }));
    const { net, inputs, outputs } = artifact.model;
    const values = Float32Array.from({ length: 8 }, (_, index) => index - 3);
    const results = execute(net, new Map([['x', { shape: [2, 1, 4], values }]]));
    expect(results.get('back/map')?.values).toEqual(values.map((value) => (3 * (value + 1)) ** 2));
    expect(results.get('map')?.values).toEqual(values.map((value) => -(value + 1)));
    expect(inputs.map(({ name, blob }) => [name, blob])).toEqual([['x', 'x']]);
    expect(outputs.map(({ name, blob, shape }) => [name, blob, shape])).toEqual([
      ['map', 'map', [2, 1, 4]],
      ['back/map', 'back/map', [1, 2, 1, 4]],
    ]);
    expect(manifestOf(artifact)).toMatchObject({ format: 'ncnn+onnx' });
    expect(artifact.stem).toBe('front_back');
  });

  it('get unique layer and blob names', async () => {
    const { artifact } = await merge(front, sourceOfFiles({ 'back.onnx': back }), { optimize: false, name: 'all' });
    const names = artifact.model.net.layers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('back/add');
    expect(artifact.stem).toBe('all');
  });

  it('are joined in order when no names match', async () => {
    const second = net('s.param', 'Input a 0 1 a', 'Input b 0 1 b', 'BinaryOp sub 2 1 a b c 0=1');
    const { artifact } = await merge(front, second);
    expect(artifact.model.inputs.map(({ name }) => name)).toEqual(['x']);
    const last = outline(artifact.model.net).at(-1);
    expect(last).toBe('BinaryOp(score,map)->c');
  });

  it('are joined as requested', async () => {
    const second = net('s.param', 'Input a 0 1 a', 'Input b 0 1 b', 'BinaryOp sub 2 1 a b c 0=1');
    const { artifact } = await merge(front, second, { joints: [{ output: 'map', input: 'a' }] });
    expect(artifact.model.inputs.map(({ name }) => name)).toEqual(['x', 'b']);
    expect(artifact.model.outputs.map(({ name }) => name)).toEqual(['score', 'c']);
  });
});

describe('a merge is rejected', () => {
  it('for different sizes', async () => {
    const other = net('o.param', 'Input score 0 1 score 0=4 1=1 2=3', 'ReLU r 1 1 score y');
    expect(await refusal(front, other)).toMatchObject([
      { code: 'shape-mismatch', message: 'the output "score" cannot become the input "score": it is [2,1,4], expected [3,1,4]' },
    ]);
  });

  it('for unknown names', async () => {
    const joints = [{ output: 'nothing', input: 'score' }];
    expect(await refusal(front, sourceOfFiles({ 'back.onnx': back }), { joints })).toMatchObject([
      { code: 'name-unknown', message: 'the first model has no output "nothing"' },
    ]);
  });

  it('for an ambiguous connection', async () => {
    const other = net('o.param', 'Input z 0 1 z', 'ReLU r 1 1 z y');
    expect(await refusal(front, other)).toMatchObject([
      { code: 'name-unknown', hint: expect.stringContaining('Outputs: "score", "map"; inputs: "z"') },
    ]);
  });

  it('for computed indices', async () => {
    const embed = net('e.param', 'Input i 0 1 i', 'Embed e 1 1 i y 0=2 1=3 3=6');
    const first = net('f.param', 'Input x 0 1 x', 'ReLU r 1 1 x i');
    expect(await refusal(first, embed)).not.toEqual([]);
  });
});
