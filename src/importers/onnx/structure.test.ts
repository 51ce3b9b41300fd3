import { describe, expect, it } from 'vitest';
import { convertSource } from '../../pipeline/convertSource.ts';
import { contentsOf, type ModelSource } from '../source.ts';
import { largeSource } from '../testing.ts';
import { importOnnx } from './importer.ts';
import { readStructure } from './structure.ts';
import {
  encodedBytes,
  encodedInteger,
  encodedMessage,
  encodedText,
  encodeModel,
  input,
  model,
  node,
  output,
  source,
  tensorFields,
} from './testing.ts';

const size = 2 ** 17;
const values = Float32Array.from({ length: size }, (_, index) => index % 1000);
const weight = encodedMessage(5, ...tensorFields('w', 1, [256, 512], encodedBytes(9, new Uint8Array(values.buffer))));
const graph = [node('MatMul', ['x', 'w'], ['y']), weight, input('x', [1, 256]), output('y', [1, 512])];

describe('a large file', () => {
  it('is read without its weights, which are read on use', async () => {
    const bytes = model(17, ...graph);
    const { source: large, bytesRead } = largeSource(source(bytes));
    const { artifact } = await convertSource(large);
    expect(bytesRead()).toBeLessThan(size);
    const { artifact: whole } = await convertSource(source(bytes));
    expect(Buffer.concat([...artifact.bin()]).equals(Buffer.concat([...whole.bin()]))).toBe(true);
    expect(new TextDecoder().decode(artifact.param)).toBe(new TextDecoder().decode(whole.param));
  });

  it('has zeros only in place of weights', () => {
    const bytes = model(17, ...graph);
    const structure = readStructure(contentsOf(largeSource(source(bytes)).source));
    const start = structure.findIndex((byte, index) => byte !== bytes[index]);
    const end = structure.findLastIndex((byte, index) => byte !== bytes[index]);
    expect(end - start).toBeGreaterThan(4 * size - 1000);
    expect(structure.length).toBe(bytes.length);
    expect(structure.subarray(0, start)).toEqual(bytes.subarray(0, start));
    expect(structure.subarray(end + 1)).toEqual(bytes.subarray(end + 1));
  });

  it.each([
    ['ends early', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 30)],
    ['contains a wrong length', (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, index) => (index === 3 ? 0xff : byte))],
    ['is of another kind', (bytes: Uint8Array) => new Uint8Array(bytes.length)],
    ['is text', (bytes: Uint8Array) => new Uint8Array(bytes.length).fill(0x41)],
  ])('that %s is rejected like a small one', (_, damage) => {
    const bytes = damage(model(17, ...graph));
    const refusal = (read: ModelSource): unknown => {
      try {
        importOnnx(read);
      } catch (error) {
        return JSON.stringify(error);
      }
      return undefined;
    };
    expect(refusal(source(bytes))).toContain('diagnostics');
    expect(refusal(largeSource(source(bytes)).source)).toBe(refusal(source(bytes)));
  });

  it('keeps weights outside of the initializers', () => {
    const attribute = encodedMessage(
      5,
      encodedText(1, 'value'),
      encodedInteger(20, 4),
      encodedMessage(5, ...tensorFields('c', 1, [size], encodedBytes(9, new Uint8Array(values.buffer)))),
    );
    const constant = encodedMessage(1, encodedText(2, 'w'), encodedText(4, 'Constant'), attribute);
    const bytes = encodeModel(
      encodedInteger(1, 8),
      encodedMessage(7, constant, node('Add', ['x', 'w'], ['y']), input('x', [size]), output('y', [size])),
      encodedMessage(8, encodedInteger(2, 17)),
    );
    const imported = importOnnx(largeSource(source(bytes)).source);
    if (imported.kind !== 'graph') throw new Error('not a graph');
    expect([...imported.graph.constants.values()].map((tensor) => tensor.toFloat32())).toContainEqual(values);
  });
});
