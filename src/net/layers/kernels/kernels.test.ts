import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeLayer } from '../../net.ts';
import { isLayerType, layerRecord, layerTypes } from '../layerTypes.ts';
import { LayerCall } from './call.ts';
import { kernels } from './index.ts';

const source = path.resolve(import.meta.dirname, '../../..');

/** Texts in a source file that are the name of a layer type. */
function typesIn(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/'(\w+)'/g)].flatMap(([, text = '']) => (isLayerType(text) ? [text] : []));
}

describe('kernels', () => {
  it('are there for every layer type but those that are listed', () => {
    const missing = layerTypes.filter((type) => kernels[type] === undefined);
    expect(missing).toEqual(layerTypes.filter((type) => layerRecord(type).withoutKernel !== undefined));
  });

  it('are there for every layer type that importers, lowerings and passes can make', () => {
    const makers = ['importers/caffe', 'lower', 'net/passes'].flatMap((folder) =>
      readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('testing.ts'))
        .map((name) => path.join(source, folder, name)),
    );
    const emitted = new Set(makers.flatMap(typesIn));
    expect(emitted.size).toBeGreaterThan(60);
    const fed = 'Input';
    expect([...emitted].filter((type) => type !== fed && !Object.hasOwn(kernels, type))).toEqual([]);
  });

  it('round as a cast does, and keep what a pack holds', () => {
    const x = { shape: [3], values: Float32Array.of(1 / 3, 1 + 2 ** -8, -70000) };
    const cast = (type_to: number): readonly number[] => {
      const [top] = kernels.Cast?.(new LayerCall(makeLayer('Cast', 'c', ['x'], ['y'], { type_from: 1, type_to }), [x])) ?? [];
      return [...(top?.values ?? [])];
    };
    expect(cast(2)).toEqual([0.333251953125, 1 + 2 ** -8, Number.NEGATIVE_INFINITY]);
    expect(cast(4)).toEqual([0.333984375, 1 + 2 ** -7, -70144]);
    expect(() => cast(3)).toThrow('does not cast');
    const packing = makeLayer('Packing', 'p', ['x'], ['y'], { out_elempack: 4, use_padding: 1 });
    expect(() => kernels.Packing?.(new LayerCall(packing, [x]))).toThrow('fills up');
  });
});
