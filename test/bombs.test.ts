/** Small models that request huge resources: each is rejected quickly, with a remedy. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Conversion, type ConvertOptions, convert, type Diagnostic, NcnnError } from '../src/api.ts';
import * as wire from '../src/importers/onnx/testing.ts';
import { onnxFile } from './onnxFile.ts';
import { measurePeakMemory } from './peakMemory.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bombs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Limit in processor time, which does not depend on the load of the machine; most cases take half a second. */
const maxMs = 10_000;

async function converted(name: string, content: string | Uint8Array, options: ConvertOptions = {}): Promise<Conversion> {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return await convert(file, options);
}

async function refusal(content: string | Uint8Array, options: ConvertOptions = {}, name = 'bomb.onnx'): Promise<readonly Diagnostic[]> {
  const started = process.cpuUsage();
  const peakMemory = measurePeakMemory();
  const error = await converted(name, content, options).catch((thrown: unknown) => thrown);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(maxMs);
  // As SECURITY.md promises.
  expect(peakMemory()).toBeLessThan(200 * 2 ** 20 + 8 * content.length);
  if (!(error instanceof NcnnError)) throw error;
  return error.diagnostics.filter(({ severity }) => severity === 'error');
}

const integers = (name: string, ...values: readonly number[]): wire.Wire =>
  wire.initializer(name, 7, [values.length], wire.packedIntegers(7, values));
const value = (field: 11 | 12, name: string, dims: readonly number[]): wire.Wire =>
  wire.encodedMessage(
    field,
    wire.encodedText(1, name),
    wire.encodedMessage(
      2,
      wire.encodedMessage(
        1,
        wire.encodedInteger(1, 1),
        wire.encodedMessage(2, ...dims.map((dim) => wire.encodedMessage(1, wire.encodedInteger(1, dim)))),
      ),
    ),
  );
const model = (parts: readonly wire.Wire[], functions: readonly wire.Wire[] = []): Uint8Array =>
  wire.encodeModel(
    wire.encodedInteger(1, 8),
    wire.encodedMessage(7, ...parts, value(11, 'x', [1, 4]), wire.encodedMessage(12, wire.encodedText(1, 'y'))),
    wire.encodedMessage(8, wire.encodedText(1, ''), wire.encodedInteger(2, 17)),
    wire.encodedMessage(8, wire.encodedText(1, 'local'), wire.encodedInteger(2, 1)),
    ...functions,
  );
const million = 1_000_000;

describe('a tensor of 10^12 elements', () => {
  const shape = integers('s', million, million);
  const scalar = (name: string, number: number): wire.Wire => wire.initializer(name, 7, [], wire.packedIntegers(7, [number]));
  const add = wire.node('Add', ['x', 'big'], ['y']);
  it.each([
    ['ConstantOfShape', [shape, wire.node('ConstantOfShape', ['s'], ['big']), add]],
    ['Expand', [shape, wire.initializer('one', 1, [1], wire.rawFloats(1)), wire.node('Expand', ['one', 's'], ['big']), add]],
    ['Expand of an input', [integers('s', million, million, 1, 4), wire.node('Expand', ['x', 's'], ['y'])]],
    ['Tile', [shape, wire.node('Tile', ['x', 's'], ['y'])]],
    ['Pad', [integers('p', 0, 0, million, million), wire.node('Pad', ['x', 'p'], ['y'])]],
    ['Resize', [wire.initializer('f', 1, [2], wire.rawFloats(1e6, 1e6)), wire.node('Resize', ['x', '', 'f'], ['y'])]],
    [
      'Range',
      [
        ...[scalar('a', 0), scalar('b', 1e12), scalar('c', 1)],
        wire.node('Range', ['a', 'b', 'c'], ['r']),
        wire.node('Cast', ['r'], ['big'], [wire.intAttribute('to', 1)]),
        add,
      ],
    ],
    [
      'OneHot',
      [
        integers('v', 0, 1),
        scalar('depth', 1e12),
        wire.node('Cast', ['x'], ['i'], [wire.intAttribute('to', 7)]),
        wire.node('OneHot', ['i', 'depth', 'v'], ['h']),
        wire.node('Cast', ['h'], ['y'], [wire.intAttribute('to', 1)]),
      ],
    ],
  ] as const)('is rejected from %s', async (_name, parts) => {
    const [first] = await refusal(model(parts));
    expect(first).toMatchObject({ code: 'limit-exceeded', message: expect.stringMatching(/2147483647 elements/) });
    expect(first?.hint).toContain('those given for its inputs');
  });

  it('is rejected as a declared and as a given shape', async () => {
    const relu = wire.node('Relu', ['x'], ['y']);
    const free = wire.encodeModel(
      wire.encodedInteger(1, 8),
      wire.encodedMessage(
        7,
        relu,
        wire.encodedMessage(11, wire.encodedText(1, 'x'), wire.encodedMessage(2, wire.encodedMessage(1, wire.encodedInteger(1, 1)))),
        wire.encodedMessage(12, wire.encodedText(1, 'y')),
      ),
      wire.encodedMessage(8, wire.encodedText(1, ''), wire.encodedInteger(2, 17)),
    );
    expect((await refusal(free, { shape: { x: [million, million] } }))[0]).toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('functions', () => {
  /** `local:f0` calls `local:f1` twice, and so on. */
  const calling = (depth: number, times: number): readonly wire.Wire[] =>
    Array.from({ length: depth }, (_, level) =>
      wire.encodedMessage(
        25,
        wire.encodedText(1, `f${level}`),
        wire.encodedText(4, 'a'),
        wire.encodedText(5, 'z'),
        ...Array.from({ length: times }, (_, call) => {
          const last = level === depth - 1;
          const input = call === 0 ? 'a' : `t${call - 1}`;
          const output = call === times - 1 ? 'z' : `t${call}`;
          return wire.encodedMessage(
            7,
            wire.encodedText(1, input),
            wire.encodedText(2, output),
            wire.encodedText(4, last ? 'Relu' : `f${level + 1}`),
            wire.encodedText(7, last ? '' : 'local'),
          );
        }),
        wire.encodedMessage(9, wire.encodedText(1, ''), wire.encodedInteger(2, 17)),
        wire.encodedText(10, 'local'),
      ),
    );
  const call = wire.node('f0', ['x'], ['y'], [], '', 'local');

  it('that expand to 2^40 nodes are rejected', async () => {
    expect((await refusal(model([call], calling(40, 2))))[0]).toMatchObject({
      code: 'limit-exceeded',
      message: expect.stringMatching(/more than 163\d\d nodes/),
      advice: [{ option: 'maxNodes', value: expect.any(Number) }],
    });
    const [few] = await refusal(model([call], calling(5, 2)), { maxNodes: 25 });
    expect(few?.message).toContain('25 nodes');
    await expect(converted('bomb.onnx', model([call], calling(5, 2)))).resolves.toBeDefined();
  });

  it('with endless recursion are rejected', async () => {
    expect((await refusal(model([call], calling(5000, 1))))[0]).toMatchObject({
      code: 'limit-exceeded',
      hint: expect.stringMatching(/onnx\.inliner.*no option raises this/),
    });
  });
});

it('exponentially long sizes of dynamic axes are rejected', async () => {
  const steps = 60;
  const doubled = Array.from({ length: steps }, (_, step) => ({
    type: 'Mul',
    inputs: [`s${step}`, `s${step}`],
    outputs: [`s${step + 1}`],
  }));
  const nodes = [
    { type: 'Shape', inputs: ['x'], outputs: ['s0'] },
    ...doubled,
    { type: 'Reshape', inputs: ['x', `s${steps}`], outputs: ['y'] },
  ];
  expect(await refusal(onnxFile({ nodes, inputs: { x: ['H', 'W'] }, outputs: { y: ['A', 'B'] } }))).toMatchObject([
    { code: 'operator-unsupported' },
  ]);
});

it('unused inputs are accepted beyond the argument limit of a call', async () => {
  const inputs = Object.fromEntries(['x', ...Array.from({ length: 130_000 }, (_, index) => `u${index}`)].map((name) => [name, [1, 4]]));
  const nodes = [{ type: 'Relu', inputs: ['x'], outputs: ['y'] }];
  const file = onnxFile({ nodes, inputs, outputs: { y: [1, 4] } });
  const { artifact } = await converted('inputs.onnx', file, { maxEntries: 1e7 });
  expect(artifact.model.inputs).toHaveLength(130_001);
});

describe('messages', () => {
  it('nested deeper than protobuf allows are rejected', async () => {
    let graph = wire.encodeModel(wire.node('Relu', ['x'], ['y']));
    for (let level = 0; level < 60; level++)
      graph = wire.encodeModel(
        wire.encodedMessage(
          1,
          wire.encodedText(4, 'If'),
          wire.encodedMessage(5, wire.encodedText(1, 'then_branch'), wire.encodedBytes(6, graph)),
        ),
      );
    expect((await refusal(wire.encodeModel(wire.encodedInteger(1, 8), wire.encodedBytes(7, graph))))[0]).toMatchObject({
      code: 'file-malformed',
      message: expect.stringContaining('nested'),
    });
  });

  it('in excess of the limit are rejected', async () => {
    // Empty nodes: two bytes each in the file, and hundreds in memory.
    const nodes = Uint8Array.from({ length: 200_000 }, (_, index) => (index % 2 === 0 ? 0x0a : 0));
    expect((await refusal(wire.encodeModel(wire.encodedBytes(7, nodes))))[0]).toMatchObject({
      code: 'limit-exceeded',
      message: expect.stringMatching(/more than 295\d{3} messages/),
    });
  }, 60_000);

  it('in excess of the limit are rejected as numbers of a list', async () => {
    // Packed integers: a byte each in the file, and 32 in memory.
    const dims = wire.encodedBytes(1, new Uint8Array(400_000));
    const tensor = wire.encodedMessage(5, dims, wire.encodedInteger(2, 1), wire.encodedText(8, 'w'));
    expect((await refusal(model([tensor, wire.node('Relu', ['x'], ['y'])])))[0]).toMatchObject({
      code: 'limit-exceeded',
      advice: [{ option: 'maxEntries' }],
    });
  });
});

/** Each file is rejected with the option that raises the limit, and accepted with that option. */
describe('a file with more entries than allowed', () => {
  const relu = onnxFile({ nodes: [{ type: 'Relu', inputs: ['x'], outputs: ['y'] }], inputs: { x: [1, 4] }, outputs: { y: [1, 4] } });
  const layers = 'layer { name: "x" type: "Input" top: "x" input_param { shape { dim: [1, 2, 3, 4] } } }\n'.concat(
    'layer { name: "r" type: "ReLU" bottom: "x" top: "y" }',
  );
  const node = (op: string, name: string, inputs: string): string => `{"op":"${op}","name":"${name}","inputs":[${inputs}]}`;
  const net = '7767517\n2 2\nInput x 0 1 x 0=4\nReLU y 1 1 x y\n';
  const symbol = `{"nodes":[${node('null', 'x', '')},${node('relu', 'y', '[0,0]')}],"heads":[[1,0]]}`;
  it.each([
    ['ONNX', 'few.onnx', relu],
    ['prototxt', 'few.prototxt', layers],
    ['JSON', 'few-symbol.json', symbol],
    ['ncnn', 'few.param', net],
  ])('is rejected: %s', async (_format, name, content) => {
    expect(await refusal(content, { maxEntries: 5 }, name)).toMatchObject([
      {
        code: 'limit-exceeded',
        message: expect.stringContaining('more than 5 messages, fields and values'),
        advice: [{ option: 'maxEntries', value: expect.toSatisfy((value: number) => [10, 20, 40].includes(value)) }],
      },
    ]);
    await expect(converted(name, content, { maxEntries: 100, shape: name.endsWith('json') ? { x: [1, 4] } : {} })).resolves.toBeDefined();
  });

  it('is rejected at its full size before allocation', async () => {
    const symbol = `{"nodes":[${'{},'.repeat(2 ** 20)}{}]}`;
    expect(await refusal(symbol, {}, 'large-symbol.json')).toMatchObject([{ message: expect.stringContaining('more than 78643') }]);
  }, 60_000);

  it('is rejected as a caffemodel', async () => {
    const layer = Uint8Array.of(0xa2, 0x06, 0);
    const bytes = Uint8Array.from({ length: 3 * 1001 }, (_, index) => layer[index % 3] ?? 0);
    expect(await refusal(bytes, { maxEntries: 1000 }, 'large.caffemodel')).toMatchObject([
      { code: 'limit-exceeded', message: expect.stringContaining('more than 1000 messages, fields and values') },
    ]);
  });
});
