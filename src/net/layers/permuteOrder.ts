/** Permutations of axes by ncnn's `order_type`. A permutation is outermost first: axis `i` of the top is axis `order[i]` of the bottom. */

/** The permutation for an `order_type` and a blob of one to four axes; `undefined` for an unknown number. */
export function permuteOrder(rank: number, type: number): readonly number[] | undefined {
  const letters = axisNames[rank - 1] ?? '';
  const name = orderTypes[rank]?.[type];
  // The names list the innermost axis first, `order` the outermost one.
  return name === undefined ? undefined : [...name].reverse().map((letter) => rank - 1 - letters.indexOf(letter));
}

/** The `order_type` of a permutation; -1 if there is none. */
export function permuteType(order: readonly number[]): number {
  const types = orderTypes[order.length] ?? [];
  return types.findIndex((_, type) => permuteOrder(order.length, type)?.join() === order.join());
}

/** By rank, innermost first. */
const axisNames: readonly string[] = ['w', 'wh', 'whc', 'whdc'];

/** By rank and `order_type`: the axes of the top, innermost first, by their names in the bottom. */
const orderTypes: Readonly<Record<number, readonly string[]>> = {
  1: ['w'],
  2: ['wh', 'hw'],
  3: ['whc', 'hwc', 'wch', 'cwh', 'hcw', 'chw'],
  4: [
    ...['whdc', 'hwdc', 'wdhc', 'dwhc', 'hdwc', 'dhwc'],
    ...['whcd', 'hwcd', 'wchd', 'cwhd', 'hcwd', 'chwd'],
    ...['wdch', 'dwch', 'wcdh', 'cwdh', 'dcwh', 'cdwh'],
    ...['hdcw', 'dhcw', 'hcdw', 'chdw', 'dchw', 'cdhw'],
  ],
};
