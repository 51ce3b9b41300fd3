import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { operators } from '../graph/ops/index.ts';
import { lowerings } from './index.ts';

/** Why the operators in a file of `graph/ops` have no lowering. */
const withoutLowering: Readonly<Record<string, string>> = {
  'linear/determinant.ts': 'no layer of ncnn computes determinants',
  'linear/quantized.ts': 'decomposed: computed as floats',
  'movement/list.ts': 'its type says which values are in the list; nothing is computed',
  'pooling/unpool.ts': 'the data decides the places',
  'reduction/detection.ts': 'the data decides how many entries there are',
  'reduction/order.ts': 'TopK is decomposed, and the data decides how many entries Unique gives',
  'shape/random.ts': 'random',
  'shape/shape.ts': 'sizes are known while converting, or stay symbols',
};

const operatorFiles = await filesOf('../graph/ops/', 'Operators');
const loweringFiles = await filesOf('./', 'Lowerings');

/** The names in the families that the files in a folder export, by file path. */
async function filesOf(folder: string, suffix: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const paths = readdirSync(fileURLToPath(new URL(folder, import.meta.url)), { recursive: true, encoding: 'utf8' });
  for (const path of paths.map((name) => name.replaceAll('\\', '/'))) {
    if (!/\/.*(?<!\.test)\.ts$/.test(path)) continue;
    const module: Readonly<Record<string, object>> = await import(new URL(folder + path, import.meta.url).href);
    const families = Object.entries(module).filter(([name, value]) => name.endsWith(suffix) && typeof value === 'object');
    if (families.length > 0)
      found.set(
        path,
        families.flatMap(([, family]) => Object.keys(family)),
      );
  }
  return found;
}

it('has a lowering for each file of operators, or a reason for its absence', () => {
  const missing = [...operatorFiles.keys()].filter((path) => !loweringFiles.has(path));
  expect(missing.sort()).toEqual(Object.keys(withoutLowering));
});

it.each([...loweringFiles])('lowers in %s the operators of the file with the same name', (path, names) => {
  expect(names.filter((name) => !operatorFiles.get(path)?.includes(name))).toEqual([]);
});

it('lists every family on both sides', () => {
  expect([...operators.keys()].sort()).toEqual([...operatorFiles.values()].flat().sort());
  expect([...lowerings.keys()].sort()).toEqual([...loweringFiles.values()].flat().sort());
});
