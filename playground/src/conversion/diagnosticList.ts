import type { Advice } from '../../../src/diagnostics/advice.ts';
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import { visible } from '../../../src/diagnostics/visible.ts';
import { button, element } from '../dom/element.ts';
import { adviceLabel, isComplete } from '../options/withAdvice.ts';

export interface DiagnosticActions {
  /** Applies advice. */
  readonly apply: (advice: readonly Advice[]) => void;
  /** Lets the visitor complete advice: the shape of an input, or a constant for it. */
  readonly ask: (what: 'shape' | 'const', input: string | undefined) => void;
}

/** Maximum number of listed places of one diagnostic. */
const maxPlaces = 5;

/** Diagnostics with buttons that apply their advice; equal ones are grouped with all their places. */
export function diagnosticList(diagnostics: readonly Diagnostic[], actions: DiagnosticActions): HTMLElement {
  const groups = new Map<string, Diagnostic[]>();
  for (const entry of diagnostics) {
    const key = JSON.stringify([entry.code, entry.message, entry.hint]);
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  const items = [...groups.values()].map((group) => diagnosticItem(group, actions));
  return element('ul', { class: 'diagnostics', 'aria-label': 'Diagnostics' }, ...items);
}

function diagnosticItem(group: readonly Diagnostic[], { apply, ask }: DiagnosticActions): HTMLElement {
  const [first] = group;
  if (first === undefined) return element('li');
  const { code, severity, message, hint, advice, place, stack } = first;
  const file = place.file === undefined ? '' : `${place.file}${place.line === undefined ? '' : `:${place.line}`}`;
  const places = group.map(placeOf).filter((text) => text !== '');
  const rest = places.length > maxPlaces ? [element('li', {}, `${places.length - maxPlaces} more`)] : [];
  const listed = places.slice(0, maxPlaces).map((text) => element('li', {}, element('code', {}, visible(text))));
  const options = [...new Set(advice.map(({ option }) => option))];
  const groups = options.map((option) => advice.filter((entry) => entry.option === option));
  const followed = groups
    .filter((entries) => entries.every(isComplete))
    .map((entries) => button(`Use ${visible(adviceLabel(entries))}`, () => apply(entries)));
  const asking = advice.flatMap((entry) => {
    if ((entry.option !== 'shape' && entry.option !== 'const') || isComplete(entry)) return [];
    const { option, input } = entry;
    const what = option === 'shape' ? 'Set the shape' : 'Pin to a constant';
    return [button(input === undefined ? what : `${what}: ${visible(input)}`, () => ask(option, input))];
  });
  return element(
    'li',
    { class: severity, 'data-code': code },
    element('span', { class: 'severity' }, severity),
    element(
      'div',
      {},
      element('p', {}, ...(file === '' ? [] : [element('code', {}, visible(file)), ' ']), visible(message)),
      ...(places.length === 0 ? [] : [element('ul', { class: 'places' }, ...listed, ...rest)]),
      element('p', { class: 'hint' }, `${visible(hint)} `, element('code', {}, code)),
      stack === undefined
        ? undefined
        : element('details', {}, element('summary', {}, 'Where it failed, for a report'), element('pre', {}, stack)),
      followed.length + asking.length === 0 ? undefined : element('div', { class: 'row' }, ...followed, ...asking),
    ),
  );
}

/** `Conv "conv1" from model.py:12`. */
function placeOf({ place }: Diagnostic): string {
  const node = place.node === undefined ? '' : `"${place.node}"`;
  const source = place.source === undefined ? '' : `from ${place.source}`;
  return [place.operator ?? '', node, source].filter((text) => text !== '').join(' ');
}
