import { expect, it } from 'vitest';
import { type Diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';
import { sourceOfFiles } from '../importers/testing.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { convertSource, type SourceConversion } from './convertSource.ts';

const head = 'Input a 0 1 a 0=8 1=6 2=4\nInput b 0 1 b 0=1 1=6 2=1\n';
const nets = {
  broadcast: `7767517\n3 3\n${head}BinaryOp y 2 1 a b y 0=0\n`,
  newOperator: '7767517\n2 2\nInput a 0 1 a 0=8\nUnaryOp y 1 1 a y 0=20\n',
  activation: '7767517\n3 3\nInput a 0 1 a 0=8 1=6 2=1\nConvolution c 1 1 a m 0=1 1=1 6=1\nHardSwish y 1 1 m y 0=0.2 1=0.5\n',
};

function convert(net: keyof typeof nets, options: ConvertOptions): Promise<SourceConversion> {
  return convertSource(
    sourceOfFiles({ 'net.param': nets[net], ...(net === 'activation' ? { 'net.bin': new Uint8Array(8) } : {}) }),
    options,
  );
}

async function refused(net: keyof typeof nets, options: ConvertOptions): Promise<readonly Diagnostic[]> {
  const error: unknown = await convert(net, options).catch((thrown: unknown) => thrown);
  return error instanceof NcnnError ? error.diagnostics : [];
}

it.each(['20230816', '1.0.20240102', undefined])('converts what release %s computes', async (ncnnVersion) => {
  const { artifact } = await convert('broadcast', ncnnVersion === undefined ? {} : { ncnnVersion });
  expect(artifact.minNcnnVersion).toBe('20230816');
});

it('rejects what the release computes differently', async () => {
  expect(await refused('broadcast', { ncnnVersion: '20230517' })).toMatchObject([
    {
      code: 'release-too-old',
      message: 'the layer needs ncnn 20230816 or later (its results for such shapes), but the net must run on ncnn 20230517',
      place: { node: 'y', operator: 'BinaryOp' },
    },
  ]);
});

it('rejects layers that the release does not have', async () => {
  expect(await refused('newOperator', { ncnnVersion: '20230517' })).toMatchObject([
    { message: 'the layer needs ncnn 20260526 or later (the operator SIGN), but the net must run on ncnn 20230517' },
  ]);
});

it('skips passes that need a newer release', async () => {
  const types = async (options: ConvertOptions): Promise<readonly string[]> =>
    (await convert('activation', options)).artifact.model.net.layers.map(({ type }) => type);
  // Convolution supports it as an activation from 20211122 on.
  expect(await types({})).toEqual(['Input', 'Convolution']);
  expect(await types({ ncnnVersion: '20211122' })).toEqual(['Input', 'Convolution']);
  expect(await types({ ncnnVersion: '20200616' })).toEqual(['Input', 'Convolution', 'HardSwish']);
});

it('rejects an invalid release', async () => {
  expect(await refused('broadcast', { ncnnVersion: 'new' })).toMatchObject([{ code: 'option-invalid' }]);
});
