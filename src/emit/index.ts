import type { Artifact, EmittedFile, Emitter } from './artifact.ts';
import { binFiles } from './bin.ts';
import { cmakeArgsFiles, cmakeFiles } from './cmake.ts';
import { cFiles } from './cSource.ts';
import { declarationFiles } from './dts.ts';
import { embedFiles } from './embedSource.ts';
import { idHeaderFiles } from './idHeader.ts';
import { incbinFiles } from './incbin.ts';
import { manifestFiles } from './manifest.ts';
import { memHeaderFiles } from './memHeader.ts';
import { moduleFiles } from './module.ts';
import { paramFiles } from './param.ts';
import { paramBinFiles } from './paramBin.ts';

/** The emitter of each `--emit` form. */
export const emitters: ReadonlyMap<string, Emitter> = new Map([
  ['param', paramFiles],
  ['bin', binFiles],
  ['param.bin', paramBinFiles],
  ['id.h', idHeaderFiles],
  ['mem.h', memHeaderFiles],
  ['json', manifestFiles],
  ['module', moduleFiles],
  ['dts', declarationFiles],
  ['c', cFiles],
  ['embed', embedFiles],
  ['incbin', incbinFiles],
  ['cmake', cmakeFiles],
  ['cmake-args', cmakeArgsFiles],
]);

/** The files of the given forms, without duplicates, in the order of the forms. Throws `RangeError` for an unknown form. */
export function emitFiles(artifact: Artifact, forms: readonly string[]): readonly EmittedFile[] {
  const files = new Map<string, EmittedFile>();
  for (const form of forms) {
    const emitter = emitters.get(form);
    if (emitter === undefined) throw new RangeError(`"${form}" is not one of ${[...emitters.keys()].join(', ')}`);
    for (const file of emitter(artifact)) files.set(file.name, file);
  }
  return [...files.values()];
}
