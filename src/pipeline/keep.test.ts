/** The option `keep` for every model format. */
import { expect, it } from 'vitest';
import { onnxFile } from '../../test/onnxFile.ts';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { manifestOf } from '../emit/manifest.ts';
import { type FilesByName, sourceOfFiles } from '../importers/testing.ts';
import { outline } from '../net/passes/testing.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { convertSource, type SourceConversion } from './convertSource.ts';

const models: Readonly<Record<string, FilesByName>> = {
  onnx: {
    'net.onnx': onnxFile({
      nodes: [
        { type: 'Relu', inputs: ['x'], outputs: ['m'] },
        { type: 'Relu', inputs: ['m'], outputs: ['y'] },
      ],
      inputs: { x: [1, 2, 3, 4] },
      outputs: { y: [1, 2, 3, 4] },
    }),
  },
  caffe: {
    'net.prototxt': `input: "x" input_shape { dim: 1 dim: 2 dim: 3 dim: 4 }
      layer { name: "m" type: "ReLU" bottom: "x" top: "m" } layer { name: "y" type: "ReLU" bottom: "m" top: "y" }`,
  },
  ncnn: { 'net.param': '7767517\n3 3\nInput x 0 1 x 0=4 1=3 2=2\nReLU m 1 1 x m\nReLU y 1 1 m y\n' },
};

function convert(format: string, options: ConvertOptions = {}): Promise<SourceConversion> {
  return convertSource(sourceOfFiles(models[format] ?? {}), options);
}

it.each(Object.keys(models))('keeps a blob and its reader: %s', async (format) => {
  const plain = (await convert(format)).artifact;
  expect(outline(plain.model.net)).toEqual(['Input()->x', 'ReLU(x)->y']);
  expect(manifestOf(plain).lostBlobs).toEqual(['m']);
  for (const keep of [['m'], ['*']]) {
    const { artifact } = await convert(format, { keep });
    expect(outline(artifact.model.net)).toEqual(['Input()->x', 'ReLU(x)->m', 'ReLU(m)->y']);
    expect(artifact.lostBlobs).toEqual([]);
    expect(manifestOf(artifact).outputs).toMatchObject([{ name: 'y' }]);
  }
});

it.each(Object.keys(models))('rejects an unknown name: %s', async (format) => {
  const error: unknown = await convert(format, { keep: ['n'] }).catch((thrown: unknown) => thrown);
  expect(error instanceof NcnnError && error.diagnostics).toMatchObject([{ code: 'name-unknown', message: 'the model has no tensor "n"' }]);
});

it('reports that a kept tensor is the blob of another', async () => {
  const file = onnxFile({
    nodes: [
      { type: 'Identity', inputs: ['x'], outputs: ['m'] },
      { type: 'Relu', inputs: ['m'], outputs: ['y'] },
    ],
    inputs: { x: [1, 2, 3, 4] },
    outputs: { y: [1, 2, 3, 4] },
  });
  const { artifact, diagnostics } = await convertSource(sourceOfFiles({ 'net.onnx': file }), { keep: ['m'] });
  const hasBlob = outline(artifact.model.net).some((line) => line.endsWith('->m'));
  expect(hasBlob || diagnostics.some(({ message }) => message === 'the kept tensor "m" is the blob "x"')).toBe(true);
});
