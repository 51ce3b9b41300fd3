import { type Diagnostic, diagnostic, ncnnError } from '../diagnostics/diagnostic.ts';
import { type ModelSource, openPartner, type PartnerFile } from './source.ts';

/** How a partner was found: `explicit` if the user named it, by the same `stem`, or as the `only` candidate, which is a guess. */
export type FoundBy = 'explicit' | 'stem' | 'only';

export interface Partner extends PartnerFile {
  readonly foundBy: FoundBy;
}

/** How the two files of a model belong together, in a format that stores the structure and the weights separately. */
export interface Pairing<Form extends string> {
  /** Which of the two a file is, by its name. */
  readonly formOf: (file: string) => Form;
  /** The common part of both file names, without the folder. */
  readonly stemOf: (file: string) => string;
  /** The file names that can be the partner, the most likely one of each stem first. */
  readonly candidates: (names: readonly string[]) => readonly string[];
  /** The usual name of a model's partner. */
  readonly usualName: (stem: string, form: Form) => string;
  /** The joined form of the two file names, the structure first. */
  readonly joined: (form: Form, own: string, partner: string) => string;
}

/**
 * Finds the other file of a model: the file joined with a plus or named by an option, the one with the same stem, or the only one of its
 * kind in the folder. Returns `undefined` if there is none. Throws `NcnnError`: `option-invalid` if the given partners contradict each
 * other, and any error of reading the file.
 */
export function findPartner<Form extends string>(
  source: ModelSource,
  form: Form,
  option: string | undefined,
  pairing: Pairing<Form>,
): Partner | undefined {
  const open = (name: string, foundBy: FoundBy): Partner => ({ ...openPartner(source, name), foundBy });
  const named = [...new Set([...source.partners, ...(option === undefined ? [] : [option])])];
  const [first, second] = named;
  const fault = (message: string): Error =>
    ncnnError('option-invalid', message, `Write \`${pairing.joined(form, source.name, pairing.usualName('NAME', form))}\`.`, {
      file: source.file,
    });
  if (second !== undefined) throw fault(`expected one ${form}, got ${named.join(', ')}`);
  if (first !== undefined) {
    if (pairing.formOf(first) !== form) throw fault(`"${first}" is joined to a file of the same kind`);
    return open(first, 'explicit');
  }
  const candidates = candidatesOf(source, form, pairing);
  const stem = pairing.stemOf(source.name).toLowerCase();
  const ofStem = candidates.find((name) => pairing.stemOf(name).toLowerCase() === stem);
  if (ofStem !== undefined) return open(ofStem, 'stem');
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? open(only, 'only') : undefined;
}

/** A warning if the partner has another name and was chosen because it is the only candidate in the folder. */
export function assumedPartner(source: ModelSource, partner: Partner | undefined): readonly Diagnostic[] {
  if (partner?.foundBy !== 'only') return [];
  const message = `"${partner.path}" is used as the other file of the model, because it is the only one of its kind in the folder`;
  return [
    diagnostic('partner-assumed', message, 'Join the two files with a plus to confirm that they belong together.', { file: source.file }),
  ];
}

/** A hint for the case that no partner is found. */
export function partnerHint<Form extends string>(source: ModelSource, form: Form, pairing: Pairing<Form>): string {
  const candidates = candidatesOf(source, form, pairing);
  const own = source.name;
  const [first] = candidates;
  if (first !== undefined) return `Choose one of ${candidates.join(', ')}: ${pairing.joined(form, own, first)}.`;
  const usual = pairing.usualName(pairing.stemOf(own), form);
  return `Put ${usual} in the same folder, or join a file with another name: ${pairing.joined(form, own, `NAME${form}`)}.`;
}

function candidatesOf<Form extends string>(source: ModelSource, form: Form, pairing: Pairing<Form>): readonly string[] {
  return pairing.candidates(source.siblings().filter((name) => name.toLowerCase().endsWith(form)));
}
