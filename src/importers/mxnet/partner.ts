import type { Pairing } from '../partner.ts';

/** The two files of a checkpoint: the symbol and the arrays. */
export type CheckpointForm = '.params' | '-symbol.json';

/** A symbol belongs to the arrays with the same stem. If there are several, the highest epoch is used. */
export const checkpoint: Pairing<CheckpointForm> = {
  formOf: (file) => (/\.params$/i.test(file) ? '.params' : '-symbol.json'),
  stemOf: (name) => name.replace(/(?:-symbol)?\.json$|(?:-\d{4,})?\.params$/i, ''),
  candidates: (names) => names.toSorted((left, right) => epochOf(right) - epochOf(left)),
  usualName: (stem, form) => (form === '.params' ? `${stem}-0000.params` : `${stem}-symbol.json`),
  joined: (form, own, partner) => (form === '.params' ? `${own}+${partner}` : `${partner}+${own}`),
};

/** The number in `net-0012.params`. A file without a number comes last. */
function epochOf(name: string): number {
  return Number(/-(\d{4,})\.params$/i.exec(name)?.[1] ?? -1);
}
