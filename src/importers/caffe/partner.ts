import type { Pairing } from '../partner.ts';

export type CaffeForm = '.prototxt' | '.caffemodel';

/** Both files have the same stem. A solver or training prototxt is not a partner. */
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
