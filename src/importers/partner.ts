import { type Diagnostic, diagnostic, ncnnError } from '../diagnostics/diagnostic.ts';
import { type ModelSource, openPartner, type PartnerFile } from './source.ts';

/** How a partner was found: a given one is what the user means, one that is merely the only one there is a guess. */
export type FoundBy = 'given' | 'stem' | 'only';

export interface Partner extends PartnerFile {
  readonly foundBy: FoundBy;
}

/** How the two files of a model belong together, in a format that keeps what is computed apart from the weights. */
export interface Pairing<Form extends string> {
  /** Which of the two a file is by its name. */
  readonly formOf: (file: string) => Form;
  /** What the names of both files, without their folder, have in common. */
  readonly stemOf: (file: string) => string;
  /** Of the files of one form, those that may be meant, the likeliest of a stem first. */
  readonly candidates: (names: readonly string[]) => readonly string[];
  /** The name that the partner of a model has as a rule. */
  readonly usualName: (stem: string, form: Form) => string;
  /** The two files as they are joined, the one that says what is computed in front. */
  readonly joined: (form: Form, own: string, partner: string) => string;
}

/**
 * The other file of a model: the one joined with a plus or named by an option, the one of the same stem, or the only one of its
 * kind in the folder. `undefined` where there is none. Throws `NcnnError`: `option-invalid` for partners that contradict each
 * other, and what reading throws.
 */
export function findPartner<Form extends string>(
  source: ModelSource,
  form: Form,
  option: string | undefined,
  pairing: Pairing<Form>,
): Partner | undefined {
  const open = (name: string, foundBy: FoundBy): Partner => ({ ...openPartner(source, name), foundBy });
  const given = [...new Set([...source.partners, ...(option === undefined ? [] : [option])])];
  const [first, second] = given;
  const fault = (message: string): Error =>
    ncnnError('option-invalid', message, `Write \`${pairing.joined(form, source.name, pairing.usualName('NAME', form))}\`.`, {
      file: source.file,
    });
  if (second !== undefined) throw fault(`the model has one ${form}, but several are given: ${given.join(', ')}`);
  if (first !== undefined) {
    if (pairing.formOf(first) !== form) throw fault(`"${first}" is joined to a file of its own kind`);
    return open(first, 'given');
  }
  const candidates = candidatesOf(source, form, pairing);
  const stem = pairing.stemOf(source.name).toLowerCase();
  const ofStem = candidates.find((name) => pairing.stemOf(name).toLowerCase() === stem);
  if (ofStem !== undefined) return open(ofStem, 'stem');
  const [only] = candidates;
  return candidates.length === 1 && only !== undefined ? open(only, 'only') : undefined;
}

/** A warning where a partner of another name was taken, as it is the only one in the folder. */
export function assumedPartner(source: ModelSource, partner: Partner | undefined): readonly Diagnostic[] {
  if (partner?.foundBy !== 'only') return [];
  const message = `"${partner.path}" is taken as the other file of the model, as the only one of its kind in the folder`;
  return [
    diagnostic('partner-assumed', message, 'Join the two files with a plus to say that they belong together.', { file: source.file }),
  ];
}

/** What to do where no partner is found. */
export function partnerHint<Form extends string>(source: ModelSource, form: Form, pairing: Pairing<Form>): string {
  const candidates = candidatesOf(source, form, pairing);
  const own = source.name;
  const [first] = candidates;
  if (first !== undefined) return `Say which of ${candidates.join(', ')}: ${pairing.joined(form, own, first)}.`;
  const usual = pairing.usualName(pairing.stemOf(own), form);
  return `Put ${usual} beside it, or join a file of another name: ${pairing.joined(form, own, `NAME${form}`)}.`;
}

function candidatesOf<Form extends string>(source: ModelSource, form: Form, pairing: Pairing<Form>): readonly string[] {
  return pairing.candidates(source.siblings().filter((name) => name.toLowerCase().endsWith(form)));
}
