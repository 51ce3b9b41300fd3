import type { Pairing } from '../partner.ts';

export type CaffeForm = '.prototxt' | '.caffemodel';

/** Both files have one stem; a prototxt that only says how a net was trained is none. */
export const caffePair: Pairing<CaffeForm> = {
  formOf: (file) => (/\.prototxt$/i.test(file) ? '.prototxt' : '.caffemodel'),
  stemOf: (name) => name.replace(/\.(?:prototxt|caffemodel)$/i, ''),
  candidates: (names) => {
    const nets = names.filter((name) => !/solver/i.test(name));
    return nets.length > 0 ? nets : names;
  },
  usualName: (stem, form) => `${stem}${form}`,
  joined: (form, own, partner) => (form === '.prototxt' ? `${partner}+${own}` : `${own}+${partner}`),
};
