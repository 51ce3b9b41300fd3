import path from 'node:path';
import { ncnnError } from '../../diagnostics.ts';
import type { ConvertOptions } from '../../options.ts';
import type { ModelSource } from '../importer.ts';

/** One of the two files of a model. */
export interface CaffeFile {
  /** Path as the user would write it, for diagnostics. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

export type CaffeForm = '.prototxt' | '.caffemodel';

/** How a partner was found: a given one is what the user means, one that is merely the only one there is a guess. */
export type FoundBy = 'given' | 'stem' | 'only';

export interface Partner extends CaffeFile {
  readonly foundBy: FoundBy;
}

/** Which of the two a file is by its name. */
export function formOf(file: string): CaffeForm {
  return /\.prototxt$/i.test(file) ? '.prototxt' : '.caffemodel';
}

/**
 * The other file of a model: the one joined with a plus or named by an option, the one of the same stem, or the only one of its
 * kind in the folder. `undefined` where there is none. Throws `NcnnError`: `option-invalid` for partners that contradict each
 * other, and what reading throws.
 */
export function findPartner(source: ModelSource, form: CaffeForm, options: ConvertOptions): Partner | undefined {
  const open = (name: string, foundBy: FoundBy): Partner => ({
    path: path.join(path.dirname(source.file), name),
    bytes: source.side(name),
    foundBy,
  });
  const option = form === '.prototxt' ? options.prototxt : options.caffemodel;
  const given = [...source.partners, ...(option === undefined ? [] : [option])];
  const [first, second] = given;
  if (second !== undefined && second !== first) {
    throw ncnnError('option-invalid', `the model has one ${form}, but several are given: ${given.join(', ')}`, joinHint, {
      file: source.file,
    });
  }
  if (first !== undefined) {
    if (formOf(first) !== form) {
      throw ncnnError('option-invalid', `"${first}" is joined to a file of its own kind`, joinHint, { file: source.file });
    }
    return open(first, 'given');
  }
  const candidates = candidatesOf(source, form);
  const stem = path.parse(source.file).name.toLowerCase();
  const ofStem = candidates.find((name) => path.parse(name).name.toLowerCase() === stem);
  if (ofStem !== undefined) return open(ofStem, 'stem');
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? open(only, 'only') : undefined;
}

/** Files beside the model that might be its partner; not those that only say how it was trained. */
export function candidatesOf(source: ModelSource, form: CaffeForm): readonly string[] {
  const found = source.siblings().filter((name) => name.toLowerCase().endsWith(form));
  const nets = found.filter((name) => !/solver/i.test(name));
  return nets.length > 0 ? nets : found;
}

const joinHint = 'Write `deploy.prototxt+net.caffemodel`.';

/** What to do where no partner is found. */
export function partnerHint(source: ModelSource, form: CaffeForm): string {
  const candidates = candidatesOf(source, form);
  const own = path.basename(source.file);
  const joined = (name: string): string => (form === '.prototxt' ? `${name}+${own}` : `${own}+${name}`);
  if (candidates.length > 1) return `Say which of ${candidates.join(', ')}: ${joined(candidates[0] ?? '')}.`;
  return `Put it beside with the same stem, or join the two: ${joined(`NAME${form}`)}.`;
}
