import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { executeLayer } from '../../execute.ts';
import { makeLayer } from '../../net.ts';
import { isLayerType, layerRecord, layerTypes } from '../layerTypes.ts';
import * as kernels from './index.ts';

const layers = path.resolve(import.meta.dirname, '..');

/** The files that a file imports at run time, recursively. */
function reachedFrom(file: string, reached = new Set<string>()): ReadonlySet<string> {
  if (reached.has(file)) return reached;
  reached.add(file);
  for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?\bfrom '(\.[^']+)'/gm)) {
    reachedFrom(path.resolve(path.dirname(file), specifier), reached);
  }
  return reached;
}

/** The file of each layer type's export, according to a list. */
function filesIn(list: string): Readonly<Record<string, string>> {
  const text = readFileSync(path.join(layers, list, 'index.ts'), 'utf8');
  const rows = [...text.matchAll(/export \{([^}]*)\} from '\.\/(.+)'/g)];
  return Object.fromEntries(
    rows.flatMap(([, names = '', file = '']) =>
      [...names.matchAll(/(\w+)\s*(?:,|$)/g)].map(([, name = '']): [string, string] => [name, file]),
    ),
  );
}

describe('kernels', () => {
  it('exist for every layer type whose record does not explain their absence', () => {
    const expected = layerTypes.filter((type) => layerRecord(type).withoutKernel === undefined);
    expect(Object.keys(kernels).sort()).toEqual([...expected].sort());
  });

  it('are in the file with the name of the record', () => {
    const [records, own] = [filesIn('records'), filesIn('kernels')];
    expect(Object.keys(own).length).toBe(Object.keys(kernels).length);
    for (const [type, file] of Object.entries(own)) expect(file, type).toBe(records[type]);
  });

  it('load without the records, and records without them', () => {
    const folders = (file: string): ReadonlySet<string> =>
      new Set([...reachedFrom(path.join(layers, file))].map((reached) => path.relative(layers, reached).split(path.sep, 1)[0] ?? ''));
    expect(folders('kernels/index.ts')).not.toContain('records');
    expect(folders('layerTypes.ts')).toContain('records');
    expect(folders('layerTypes.ts')).not.toContain('kernels');
  });

  it('exist for every layer type that importers, lowerings and passes emit', () => {
    const source = path.resolve(layers, '../..');
    const emitted = ['importers/caffe', 'lower', 'net/passes'].flatMap((folder) =>
      readdirSync(path.join(source, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('testing.ts'))
        .flatMap((name) => [...readFileSync(path.join(source, folder, name), 'utf8').matchAll(/'(\w+)'/g)])
        .map(([, text = '']) => text)
        .filter(isLayerType),
    );
    expect(new Set(emitted).size).toBeGreaterThan(60);
    expect(emitted.filter((type) => type !== 'Input' && !Object.hasOwn(kernels, type))).toEqual([]);
  });

  it('round like a cast', () => {
    const x = { shape: [3], values: Float32Array.of(1 / 3, 1 + 2 ** -8, -70000) };
    const cast = (type_to: number): readonly number[] => {
      const [top] = executeLayer(makeLayer('Cast', 'c', ['x'], ['y'], { type_from: 1, type_to }), [x]);
      return [...(top?.values ?? [])];
    };
    expect(cast(2)).toEqual([0.333251953125, 1 + 2 ** -8, Number.NEGATIVE_INFINITY]);
    expect(cast(4)).toEqual([0.333984375, 1 + 2 ** -7, -70144]);
    expect(() => cast(3)).toThrow('does not cast');
  });

  it('reject a Packing with undefined values', () => {
    const x = { shape: [3], values: Float32Array.of(1 / 3, 1 + 2 ** -8, -70000) };
    const packing = makeLayer('Packing', 'p', ['x'], ['y'], { out_elempack: 4, use_padding: 1 });
    expect(() => executeLayer(packing, [x])).toThrow('undefined values');
  });
});
