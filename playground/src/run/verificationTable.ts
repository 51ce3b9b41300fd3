import type { Verification } from '../../../src/verify/verify.ts';
import { element } from '../dom/element.ts';
import { formatValue } from '../dom/format.ts';

/** The outputs of the net beside those of the source, and the first tensor on the way that differs. */
export function verificationTable({ ok, outputs, first, rtol, atol }: Verification): HTMLElement {
  const rows = outputs.map((output) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, output.name),
      element('td', {}, output.ok ? 'agrees' : 'differs'),
      element('td', { class: 'number' }, formatValue(output.maxAbsolute)),
      element('td', { class: 'number' }, formatValue(output.maxRelative)),
    ),
  );
  const head = ['Output', '', 'Largest difference', 'As a share'].map((title) => element('th', { scope: 'col' }, title));
  const where =
    first === undefined
      ? []
      : [
          element(
            'p',
            { class: 'problem' },
            `The first tensor that differs is ${first.tensor}, of ${first.operator} ${first.node}, computed by the layer ${first.layerType} ${first.layer}.`,
          ),
        ];
  return element(
    'section',
    { class: 'layerTimes', 'aria-label': 'Compared with the source' },
    element(
      'h3',
      {},
      ok ? 'The net computes what the source computes ' : 'The net differs from the source ',
      element('small', {}, `rtol ${rtol}, atol ${atol}`),
    ),
    ...where,
    element(
      'div',
      { class: 'scroll' },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows)),
    ),
  );
}
