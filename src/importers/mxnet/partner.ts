import path from 'node:path';
import { ncnnError } from '../../diagnostics.ts';
import type { ConvertOptions } from '../../options.ts';
import type { ModelSource } from '../importer.ts';

/** The two files of a checkpoint: what is computed, and with which numbers. */
export type CheckpointForm = '.params' | '-symbol.json';

export interface CheckpointFile {
  /** Path as the user would write it, for diagnostics. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Which of the two a file is by its name. */
export function formOf(file: string): CheckpointForm {
  return /\.params$/i.test(file) ? '.params' : '-symbol.json';
}

/** The name of a model without `-symbol.json` or the epoch and `.params`. */
export function stemOf(file: string): string {
  return path.basename(file).replace(/(?:-symbol)?\.json$|(?:-\d{4,})?\.params$/i, '');
}

/**
 * The other file of a checkpoint: the one joined with a plus or named by an option, the one of the same stem (of arrays that of the
 * highest epoch), or the only one of its kind in the folder. `undefined` where there is none.
 * Throws `NcnnError`: `option-invalid` for partners that contradict each other, and what reading throws.
 */
export function findPartner(source: ModelSource, form: CheckpointForm, options: ConvertOptions): CheckpointFile | undefined {
  const option = form === '.params' ? options.params : options.symbol;
  const given = [...new Set([...source.partners, ...(option === undefined ? [] : [option])])];
  const [first, second] = given;
  if (second !== undefined) {
    throw ncnnError('option-invalid', `the model has one ${form}, but several are given: ${given.join(', ')}`, joinHint, {
      file: source.file,
    });
  }
  if (first !== undefined && formOf(first) !== form) {
    throw ncnnError('option-invalid', `"${first}" is joined to a file of its own kind`, joinHint, { file: source.file });
  }
  const candidates = candidatesOf(source, form);
  const stem = stemOf(source.file).toLowerCase();
  const ofStem = candidates.filter((name) => stemOf(name).toLowerCase() === stem).sort((a, b) => epochOf(b) - epochOf(a));
  const name = first ?? ofStem[0] ?? (candidates.length === 1 ? candidates[0] : undefined);
  return name === undefined ? undefined : { path: path.join(path.dirname(source.file), name), bytes: source.side(name) };
}

const joinHint = 'Write `net-symbol.json+net-0000.params`.';

/** What to do where no partner is found. */
export function partnerHint(source: ModelSource, form: CheckpointForm): string {
  const candidates = candidatesOf(source, form);
  const own = path.basename(source.file);
  const joined = (name: string): string => (form === '.params' ? `${own}+${name}` : `${name}+${own}`);
  if (candidates.length > 1) return `Say which of ${candidates.join(', ')}: ${joined(candidates[0] ?? '')}.`;
  const expected = form === '.params' ? `${stemOf(own)}-0000.params` : `${stemOf(own)}-symbol.json`;
  return `Put ${expected} beside it, or join a file of another name: ${joined(form === '.params' ? 'NAME.params' : 'NAME-symbol.json')}.`;
}

function candidatesOf(source: ModelSource, form: CheckpointForm): readonly string[] {
  return source.siblings().filter((name) => name.toLowerCase().endsWith(form));
}

/** The number in `net-0012.params`; a file without one comes last. */
function epochOf(name: string): number {
  return Number(/-(\d{4,})\.params$/i.exec(name)?.[1] ?? -1);
}
