/** Small models that ask for very much: each is refused at once, with what to do about it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConvertOptions, convert, type Diagnostic, NcnnError } from '../src/api.ts';
import { decodeMessage } from '../src/bytes/protobuf.ts';
import { modelProto } from '../src/importers/onnx/schema.ts';
import * as wire from '../src/importers/onnx/testing.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'bombs-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Milliseconds; what takes half a second on a machine of its own. */
const patience = 10_000;

async function refusal(bytes: Uint8Array, options: ConvertOptions = {}): Promise<readonly Diagnostic[]> {
  const file = path.join(folder, 'bomb.onnx');
  writeFileSync(file, bytes);
  const started = performance.now();
  const before = process.resourceUsage().maxRSS;
  const error = await convert(file, options).catch((thrown: unknown) => thrown);
  expect(performance.now() - started).toBeLessThan(patience);
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(512 * 1024);
  if (!(error instanceof NcnnError)) throw error;
  return error.diagnostics.filter(({ severity }) => severity === 'error');
}

const integers = (name: string, ...values: readonly number[]): wire.Wire =>
  wire.initializer(name, 7, [values.length], wire.packedIntegers(7, values));
const value = (field: 11 | 12, name: string, dims: readonly number[]): wire.Wire =>
  wire.message(
    field,
    wire.text(1, name),
    wire.message(2, wire.message(1, wire.integer(1, 1), wire.message(2, ...dims.map((dim) => wire.message(1, wire.integer(1, dim)))))),
  );
const model = (parts: readonly wire.Wire[], functions: readonly wire.Wire[] = []): Uint8Array =>
  wire.encode(
    wire.integer(1, 8),
    wire.message(7, ...parts, value(11, 'x', [1, 4]), wire.message(12, wire.text(1, 'y'))),
    wire.message(8, wire.text(1, ''), wire.integer(2, 17)),
    wire.message(8, wire.text(1, 'local'), wire.integer(2, 1)),
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
  ] as const)('is refused of %s', async (_name, parts) => {
    const [first] = await refusal(model(parts));
    expect(first).toMatchObject({ code: 'limit-exceeded', message: expect.stringMatching(/2147483647 elements/) });
    expect(first?.hint).toContain('`shape=NAME:…`');
  });

  it('is refused of an input, and of a shape that is given', async () => {
    const relu = wire.node('Relu', ['x'], ['y']);
    const free = wire.encode(
      wire.integer(1, 8),
      wire.message(
        7,
        relu,
        wire.message(11, wire.text(1, 'x'), wire.message(2, wire.message(1, wire.integer(1, 1)))),
        wire.message(12, wire.text(1, 'y')),
      ),
      wire.message(8, wire.text(1, ''), wire.integer(2, 17)),
    );
    expect((await refusal(free, { shape: { x: [million, million] } }))[0]).toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('functions', () => {
  /** `local:f0` calls `local:f1` twice, and so on. */
  const calling = (depth: number, times: number): readonly wire.Wire[] =>
    Array.from({ length: depth }, (_, level) =>
      wire.message(
        25,
        wire.text(1, `f${level}`),
        wire.text(4, 'a'),
        wire.text(5, 'z'),
        ...Array.from({ length: times }, (_, call) => {
          const last = level === depth - 1;
          const input = call === 0 ? 'a' : `t${call - 1}`;
          const output = call === times - 1 ? 'z' : `t${call}`;
          return wire.message(
            7,
            wire.text(1, input),
            wire.text(2, output),
            wire.text(4, last ? 'Relu' : `f${level + 1}`),
            wire.text(7, last ? '' : 'local'),
          );
        }),
        wire.message(9, wire.text(1, ''), wire.integer(2, 17)),
        wire.text(10, 'local'),
      ),
    );
  const call = wire.node('f0', ['x'], ['y'], [], '', 'local');

  it('that stand for 2^40 nodes are refused', async () => {
    expect((await refusal(model([call], calling(40, 2))))[0]).toMatchObject({
      code: 'limit-exceeded',
      hint: expect.stringContaining('onnx.inliner'),
    });
  });

  it('that call each other without end in sight are refused', async () => {
    expect((await refusal(model([call], calling(5000, 1))))[0]).toMatchObject({ code: 'limit-exceeded' });
  });
});

describe('messages', () => {
  it('nested deeper than protobuf allows are refused', async () => {
    let graph = wire.encode(wire.node('Relu', ['x'], ['y']));
    for (let level = 0; level < 60; level++)
      graph = wire.encode(wire.message(1, wire.text(4, 'If'), wire.message(5, wire.text(1, 'then_branch'), wire.bytes(6, graph))));
    expect((await refusal(wire.encode(wire.integer(1, 8), wire.bytes(7, graph))))[0]).toMatchObject({
      code: 'file-malformed',
      message: expect.stringContaining('nested'),
    });
  });

  it('beyond number are refused', () => {
    // Empty nodes: two bytes each in the file, and hundreds in memory.
    const count = 2 ** 20 + 1;
    const nodes = Uint8Array.from({ length: 2 * count }, (_, index) => (index % 2 === 0 ? 0x0a : 0));
    expect(() => decodeMessage(modelProto, wire.encode(wire.bytes(7, nodes)))).toThrow('more than 1048576 messages');
  }, 30_000);
});
