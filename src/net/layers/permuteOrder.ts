/**
 * ncnn's number (`order_type`) of a Permute that makes axis `order[i]` of a blob of two to four axes its axis `i`, outermost
 * first; -1 where there is none.
 */
export function permuteOrder(order: readonly number[]): number {
  const names = ['w', 'wh', 'whc', 'whdc'][order.length - 1] ?? '';
  const wanted = [...order]
    .reverse()
    .map((axis) => names[order.length - 1 - axis])
    .join('');
  return (orderTypes[order.length] ?? []).indexOf(wanted);
}

/** By number of axes: those of the result, innermost first, by their names in the bottom. */
const orderTypes: Readonly<Record<number, readonly string[]>> = {
  2: ['wh', 'hw'],
  3: ['whc', 'hwc', 'wch', 'cwh', 'hcw', 'chw'],
  4: [
    ...['whdc', 'hwdc', 'wdhc', 'dwhc', 'hdwc', 'dhwc'],
    ...['whcd', 'hwcd', 'wchd', 'cwhd', 'hcwd', 'chwd'],
    ...['wdch', 'dwch', 'wcdh', 'cwdh', 'dcwh', 'cdwh'],
    ...['hdcw', 'dhcw', 'hcdw', 'chdw', 'dchw', 'cdhw'],
  ],
};
