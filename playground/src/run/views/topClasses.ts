import { element } from '../../dom/element.ts';
import { formatValue } from '../../dom/format.ts';
import type { OutputTensor } from '../../worker/messages.ts';

/** A class with its score, and its share of the scores. */
export interface ClassScore {
  readonly index: number;
  readonly score: number;
  readonly share: number;
}

/** Number of classes listed. */
const listed = 10;

/** The classes of the highest scores. Scores that are not probabilities go through Softmax. */
export function topClasses(scores: ArrayLike<number>): readonly ClassScore[] {
  const all = Array.from(scores, (score, index) => ({ index, score }));
  const sum = all.reduce((total, { score }) => total + score, 0);
  const isProbability = all.every(({ score }) => score >= 0 && score <= 1.0001) && sum < 1.01;
  const largest = all.reduce((most, { score }) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  const weights = all.map(({ score }) => (isProbability ? score : Math.exp(score - largest)));
  const total = isProbability ? 1 : weights.reduce((total, weight) => total + weight, 0);
  return all
    .map(({ index, score }) => ({ index, score, share: (weights[index] ?? 0) / total }))
    .sort((left, right) => right.score - left.score)
    .slice(0, listed);
}

export function topClassesView({ data }: OutputTensor, names: readonly string[]): HTMLElement {
  const rows = topClasses(data).map(({ index, score, share }) => {
    const bar = element('meter', { min: 0, max: 1, value: share, 'aria-label': `Share of class ${index}` });
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, names[index] ?? `class ${index}`),
      element('td', {}, bar),
      element('td', { class: 'number' }, `${(100 * share).toFixed(1)} %`),
      element('td', { class: 'number' }, formatValue(score)),
    );
  });
  const head = ['Class', '', 'Share', 'Score'].map((title) => element('th', { scope: 'col' }, title));
  return element('table', { class: 'classes' }, element('thead', {}, element('tr', {}, ...head)), element('tbody', {}, ...rows));
}
