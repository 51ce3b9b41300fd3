import { element } from '../../dom/element.ts';
import type { OutputTensor } from '../../worker/messages.ts';
import { planesOf } from './heatMap.ts';

/** The class of the highest score in a row of a table of scores. */
export interface RowClass {
  readonly row: number;
  readonly index: number;
  readonly score: number;
}

/** The best class of each row, as of the steps of a line of text. */
export function rowClasses(scores: ArrayLike<number>, width: number): readonly RowClass[] {
  return Array.from({ length: Math.floor(scores.length / Math.max(1, width)) }, (_, row) => {
    let best = 0;
    for (let index = 1; index < width; index++) if ((scores[row * width + index] ?? 0) > (scores[row * width + best] ?? 0)) best = index;
    return { row, index: best, score: scores[row * width + best] ?? 0 };
  });
}

/**
 * Decodes the rows as text, for networks with a blank class: repeated classes count once, class 0 is the blank. The names start at class 1;
 * the class after the last name is a space.
 */
export function spelled(rows: readonly RowClass[], names: readonly string[]): string {
  const letters = rows.filter(({ index }, place) => index !== 0 && index !== rows[place - 1]?.index);
  return letters.map(({ index }) => names[index - 1] ?? ' ').join('');
}

export function rowClassesView(output: OutputTensor, names: readonly string[]): HTMLElement {
  const rows = rowClasses(output.data, planesOf(output).width);
  const text = names.length === 0 ? [] : [element('p', { class: 'lead' }, spelled(rows, names))];
  const cells = rows.map(({ row, index, score }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, String(row)),
      element('td', {}, index === 0 ? 'class 0' : (names[index - 1] ?? `class ${index}`)),
      element('td', { class: 'number' }, score.toFixed(3)),
    ),
  );
  const head = ['Row', 'Best class', 'Score'].map((title) => element('th', { scope: 'col' }, title));
  return element(
    'div',
    {},
    ...text,
    element(
      'div',
      { class: 'scroll numbers', tabindex: 0, role: 'region', 'aria-label': 'Best class of each row' },
      element('table', {}, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...cells)),
    ),
  );
}
