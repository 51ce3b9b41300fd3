import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bytesInMemory } from '../../src/bytes/byteSource.ts';
import { openArchive } from '../../src/importers/torch/archive/archive.ts';
import { zipArchive } from '../../src/importers/torch/archive/testing.ts';
import type { ConvertOptions } from '../../src/options/convertOptions.ts';

/** The parts of PyTorch files that are damaged separately, so that most damage reaches the code behind the archive reader. */
export interface TorchSeeds {
  /** Complete files, `.pt` and `.ptl`. */
  readonly scripts: ReadonlyMap<string, Uint8Array>;
  /** Complete `.pt2` files. */
  readonly programs: ReadonlyMap<string, Uint8Array>;
  /** Pickles of TorchScript files, by `FILE/ENTRY`. */
  readonly pickles: ReadonlyMap<string, Uint8Array>;
  /** Code of TorchScript files. */
  readonly codes: ReadonlyMap<string, Uint8Array>;
  /** The programs of `.pt2` files. */
  readonly documents: ReadonlyMap<string, Uint8Array>;
  /** The file of a part, with that part replaced. */
  readonly rebuild: (part: string, bytes: Uint8Array) => Uint8Array;
  /** The shapes that a file needs. */
  readonly optionsOf: (name: string) => ConvertOptions;
}

/** @param fixtures `test/fixtures` */
export function torchSeeds(fixtures: string): TorchSeeds {
  const archives = new Map<string, ReadonlyMap<string, Uint8Array>>();
  for (const folder of ['torchscript', 'pytorch']) {
    for (const name of readdirSync(path.join(fixtures, folder)).sort()) {
      if (/\.(?:pt|ptl|pt2)$/.test(name)) archives.set(name, entriesOf(path.join(fixtures, folder, name), name));
    }
  }
  const examples: Readonly<Record<string, { readonly inputs: readonly { readonly shape: readonly number[] }[] }>> = JSON.parse(
    readFileSync(path.join(fixtures, 'torchscript/expected.json'), 'utf8'),
  );
  const whole = (ending: RegExp): ReadonlyMap<string, Uint8Array> =>
    new Map([...archives].filter(([name]) => ending.test(name)).map(([name, entries]) => [name, zipArchive(Object.fromEntries(entries))]));
  const parts = (ending: RegExp): ReadonlyMap<string, Uint8Array> =>
    new Map(
      [...archives].flatMap(([name, entries]) =>
        [...entries].flatMap(([entry, bytes]) => (ending.test(`${name}/${entry}`) ? [[`${name}/${entry}`, bytes] as const] : [])),
      ),
    );
  return {
    scripts: whole(/\.ptl?$/),
    programs: whole(/\.pt2$/),
    pickles: parts(/\.ptl?\/.*\/(?:data|constants|traced_inputs)\.pkl$/),
    codes: parts(/\.ptl?\/.*\.py$/),
    documents: parts(/\.pt2\/.*\.json$/),
    rebuild: (part, bytes) => {
      const [, name = '', entry = ''] = /^([^/]*)\/(.*)$/.exec(part) ?? [];
      return zipArchive({ ...Object.fromEntries(archives.get(name) ?? []), [entry]: bytes });
    },
    optionsOf: (part) => {
      const [name = ''] = part.split(/\.ptl?(?:\/|$)/);
      const inputs = examples[name]?.inputs ?? [];
      if (name.endsWith('traced')) return {};
      return { shape: Object.fromEntries(inputs.map(({ shape }, place) => [`#${place}`, shape])) };
    },
  };
}

/** The entries of an archive with their folder. */
function entriesOf(file: string, name: string): ReadonlyMap<string, Uint8Array> {
  const archive = openArchive(bytesInMemory(Uint8Array.from(readFileSync(file))), { file: name });
  const folder = archive.folder === '' ? '' : `${archive.folder}/`;
  return new Map(archive.names.map((entry) => [`${folder}${entry}`, Uint8Array.from(archive.read(entry))]));
}
