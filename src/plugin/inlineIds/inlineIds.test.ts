import { parseAst as parseWithRolldown } from 'rolldown/parseAst';
import { parseAst } from 'rollup/parseAst';
import { expect, it } from 'vitest';
import type { IdTree } from '../../emit/module.ts';
import { inlineIds } from './inlineIds.ts';

const BlobId = { data: 0, out: 3 };
const tree: IdTree = {
  LAYER_conv1: 1,
  BLOB_data: 0,
  BLOB_out: 3,
  LayerId: { conv1: 1, 'a/b': 2 },
  BlobId,
  default: { layers: { conv1: 1, 'a/b': 2 }, blobs: BlobId },
};
const imports =
  "import net, { BLOB_data, BLOB_out as out, LayerId, BlobId } from './n.onnx?ncnn';\nimport * as all from './n.onnx?ncnn';\n";

async function inlined(code: string, program: unknown = parseAst(imports + code)): Promise<string> {
  const result = await inlineIds(imports + code, 'a.js', program, async () => tree);
  return (result.inlined?.code ?? imports + code).slice(imports.length);
}

it.each([
  ['f(BLOB_data, out)', 'f(0, 3)'],
  ['f(LayerId.conv1, BlobId["data"], LayerId["a/b"])', 'f(1, 0, 2)'],
  ['f(all.BLOB_out, all.LayerId.conv1, all.default.blobs.out)', 'f(3, 1, 3)'],
  ['f(net.layers.conv1, net.blobs["out"])', 'f(1, 3)'],
  ['f({ BLOB_data, x: out, [out]: 1 })', 'f({ BLOB_data: 0, x: 3, [3]: 1 })'],
  ['const { a = BLOB_data } = {};', 'const { a = 0 } = {};'],
  ['export const g = (a = out) => a + out', 'export const g = (a = 3) => a + 3'],
  ['class A extends B { x = BLOB_data; [out]() { return out } }', 'class A extends B { x = 0; [3]() { return 3 } }'],
  [`f(\`\${BLOB_data} BLOB_data\`)`, `f(\`\${0} BLOB_data\`)`],
])('inlines the ids in %s', async (code, expected) => {
  expect(await inlined(code)).toBe(expected);
});

it.each([
  ['f(out.toFixed(), out?.y)', 'f(3 .toFixed(), 3 .y)'],
  ['f(LayerId["a/b"]in x)', 'f(2 in x)'],
  ['f(typeof(LayerId).conv1)', 'f(typeof 1)'],
])('separates numbers from adjacent tokens: %s', async (code) => {
  const result = await inlined(code);
  expect(result).not.toMatch(/\bout\b|LayerId/);
  expect(() => parseAst(result)).not.toThrow();
});

it.each([
  'function f(BLOB_data) { return BLOB_data } f(out => out)',
  '{ const BLOB_data = 5; f(BLOB_data) }',
  'for (const BLOB_data of x) f(BLOB_data)',
  'try {} catch (BLOB_data) { f(BLOB_data) }',
  'f(({ BLOB_data }) => BLOB_data, ([BLOB_data]) => BLOB_data, (...BLOB_data) => BLOB_data)',
  'f(({ x: BLOB_data = 1 }) => BLOB_data)',
  'f(class BLOB_data { x() { return BLOB_data } })',
  'f("BLOB_data", x.BLOB_data, { BLOB_data: 1 }, { BLOB_data() {} }) // BLOB_data',
  'BLOB_data: for (;;) break BLOB_data',
  'export { BLOB_data, out as y }',
  'f(LayerId, net, all, LayerId[x], LayerId.none, LayerId.toString, net.param, LayerId?.conv1)',
  'LayerId.conv1 = 2; delete BlobId.data; BlobId.out++;',
  '[LayerId.conv1] = x; ({ a: LayerId.conv1 } = x); for (LayerId.conv1 of x); ({ a: LayerId.conv1 = 1, ...BlobId.out } = x)',
])('keeps code that only looks similar: %s', async (code) => {
  expect(await inlined(code)).toBe(code);
});

it('reads syntax trees of Rolldown, including TypeScript', async () => {
  const parse = (code: string): unknown => parseWithRolldown(imports + code, { lang: 'ts' });
  const code = 'const ä = "😀", id: number = LayerId.conv1 as number; f({ BLOB_data }, out!)';
  expect(await inlined(code, parse(code))).toBe('const ä = "😀", id: number = 1 as number; f({ BLOB_data: 0 }, 3!)');
  const types = 'type T = typeof out; class A { constructor(private BLOB_data: number) { f(BLOB_data, out) } }';
  expect(await inlined(types, parse(types))).toBe(types);
});

it('keeps imports of a model with unknown ids', async () => {
  const code = `${imports}f(BLOB_data)`;
  expect(await inlineIds(code, 'a.js', parseAst(code), async () => undefined)).toEqual({ unknown: [] });
});

it('keeps imports without the query of a model', async () => {
  const other = "import { BLOB_data } from './n.onnx'; f(BLOB_data)";
  expect(await inlineIds(other, 'a.js', parseAst(other), async () => tree)).toEqual({ unknown: [] });
});

it('handles code of any depth', async () => {
  const code = `${imports}${'-'.repeat(100_000)}out`;
  const place = { start: code.length - 3, end: code.length };
  let argument: object = { type: 'Identifier', name: 'out', ...place };
  for (let depth = 0; depth < 100_000; depth++) argument = { type: 'UnaryExpression', operator: '-', argument, ...place };
  const { body } = parseAst(imports);
  const { inlined: result } = await inlineIds(code, 'a.js', { type: 'Program', start: 0, body: [...body, argument] }, async () => tree);
  expect(result?.code.endsWith('-3')).toBe(true);
});

it('maps back to the positions of the names', async () => {
  const code = `${imports}f(BLOB_data,\n  LayerId.conv1);`;
  const { inlined: result } = await inlineIds(code, 'a.js', parseAst(code), async () => tree);
  expect(result?.map.sources).toEqual(['a.js']);
  expect(result?.map.mappings).not.toBe('');
});

async function unknownIn(code: string): Promise<readonly string[]> {
  const { unknown } = await inlineIds(imports + code, 'a.js', parseAst(imports + code), async () => tree);
  return unknown.map(({ expression, name, known }) => `${expression}: ${name} of ${known.join(' ')}`);
}

it.each([
  ['f(BlobId.dta)', ['BlobId.dta: dta of data out']],
  ["f(all.default.layers['conv'], net.blobs.x)", ['net.blobs.x: x of data out', "all.default.layers['conv']: conv of conv1 a/b"]],
])('finds unknown ids in %s', async (code, expected) => {
  expect(await unknownIn(code)).toEqual(expected);
});

it.each([
  'f(BlobId[name], BlobId?.x, BlobId.hasOwnProperty("x"))',
  'f(net.param, net.layers, all.loadBin)',
  'function f(BlobId) { return BlobId.typo }',
  'Object.keys(BlobId).map((name) => name)',
])('finds no unknown ids in %s', async (code) => {
  expect(await unknownIn(code)).toEqual([]);
});
