import type { Verification } from '../../api.ts';
import type { Paint } from '../../diagnostics/paint.ts';
import { visible } from '../../diagnostics/visible.ts';

/** The result as a table: one line per output, and the first tensor that differs. */
export function renderVerification({ outputs, first, seed, rtol, atol, ok }: Verification, paint: Paint): string[] {
  const rows = [
    ['output', 'elements', 'max absolute', 'max relative', ''],
    ...outputs.map((output) => [
      visible(output.name),
      String(output.elements),
      output.maxAbsolute.toExponential(2),
      output.maxRelative.toExponential(2),
      output.ok ? 'ok' : 'DIFFERS',
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const table = rows.map((row, index) => {
    const cells = row
      .slice(0, 4)
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)));
    const mark = row[4] ?? '';
    const line = `  ${cells.join('  ')}  ${mark === 'ok' ? paint('green', mark) : mark === '' ? '' : paint('red', mark)}`.trimEnd();
    return index === 0 ? paint('dim', line) : line;
  });
  const verdict = ok ? paint('green', 'verified') : paint('red', 'not the same');
  const where =
    first === undefined
      ? []
      : [
          `  first: ${visible(first.tensor)} of ${visible(`${first.operator} "${first.node}"`)}, layer ${visible(`${first.layerType} "${first.layer}"`)}`,
        ];
  return [`${verdict} ${paint('dim', `(seed ${seed}, rtol ${rtol}, atol ${atol})`)}`, ...table, ...where];
}
