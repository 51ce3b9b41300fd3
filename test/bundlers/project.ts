import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onnxFile, type TestModel } from '../onnxFile.ts';

/** The folder of this repository. */
export const repository: string = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A user's project in a separate folder inside of this repository, so that packages are found. */
export interface Project {
  readonly folder: string;
  readonly path: (name: string) => string;
  readonly write: (name: string, contents: string | Uint8Array) => void;
  readonly remove: () => void;
}

export function newProject(files: Readonly<Record<string, string | Uint8Array>>): Project {
  mkdirSync(path.join(repository, '.cache'), { recursive: true });
  const folder = mkdtempSync(path.join(repository, '.cache/bundler-'));
  const pathOf = (name: string): string => path.join(folder, name);
  const write = (name: string, contents: string | Uint8Array): void => {
    mkdirSync(path.dirname(pathOf(name)), { recursive: true });
    writeFileSync(pathOf(name), contents);
  };
  for (const [name, contents] of Object.entries({ 'package.json': '{ "type": "module" }', ...files })) write(name, contents);
  return { folder, path: pathOf, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** `data` -> Conv "conv1" -> blob `c1/out` -> Conv "conv2" -> `out`; 3 kB of weights per channel and layer. */
export function convolutions(channels = 16, value = 0.5): Uint8Array {
  const weights = (dims: readonly number[]): { readonly dims: readonly number[]; readonly values: readonly number[] } => {
    const size = dims.reduce((product, dim) => product * dim, 1);
    return { dims, values: Array.from({ length: size }, (_, index) => value + (index % 7)) };
  };
  const model: TestModel = {
    nodes: [
      { type: 'Conv', name: 'conv1', inputs: ['data', 'w1'], outputs: ['c1/out'] },
      { type: 'Conv', name: 'conv2', inputs: ['c1/out', 'w2'], outputs: ['out'] },
    ],
    inputs: { data: [1, 3, 8, 8] },
    outputs: { out: [1, channels, 4, 4] },
    weights: { w1: weights([channels, 3, 3, 3]), w2: weights([channels, channels, 3, 3]) },
  };
  return onnxFile(model);
}

/** A model that cannot be converted. */
export function unsupported(): Uint8Array {
  return onnxFile({
    nodes: [{ type: 'NoSuchOperator', name: 'odd', inputs: ['data'], outputs: ['out'] }],
    inputs: { data: [1, 3] },
    outputs: { out: [1, 3] },
  });
}
