import type { PageNet, PageNode } from './net.ts';

/** The actions of the buttons in the details. */
export interface DetailsActions {
  readonly go: (place: number) => void;
  readonly close: () => void;
  /** Shows the values of a blob; absent if there are none. */
  readonly onBlob: ((name: string) => void) | undefined;
  readonly factsOf: typeof factsOf;
}

/** Its source is copied into the page, so it must be self-contained. Text is inserted as text, never as markup. */
export function showDetails(aside: HTMLElement, net: PageNet, place: number, { go, close, onBlob, factsOf }: DetailsActions): void {
  const node = net.nodes[place];
  if (node === undefined) return;
  const make = (tag: string, name: string, ...children: readonly (string | Node)[]): HTMLElement => {
    const element = document.createElement(tag);
    if (name !== '') element.className = name;
    element.append(...children);
    return element;
  };
  const link = (target: number): HTMLElement => {
    const { title = '', subtitle = '' } = net.nodes[target] ?? {};
    const button = make('button', 'go', make('b', '', title), make('span', '', subtitle));
    button.setAttribute('type', 'button');
    button.addEventListener('click', () => go(target));
    return make('li', '', button);
  };
  const list = (title: string, items: readonly HTMLElement[]): readonly HTMLElement[] =>
    items.length === 0 ? [] : [make('h4', '', title), make('ul', '', ...items)];
  const table = (title: string, rows: readonly (readonly [string | HTMLElement, string])[]): readonly HTMLElement[] =>
    rows.length === 0
      ? []
      : [make('h4', '', title), make('dl', '', ...rows.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', value)]))];

  const { layer } = node;
  const closing = make('button', 'close', '×');
  closing.setAttribute('type', 'button');
  closing.setAttribute('aria-label', 'Close the details');
  closing.addEventListener('click', close);
  const head = make(
    'header',
    '',
    make('span', `kind ${node.family}`, layer?.type ?? node.title),
    closing,
    make('h3', '', layer?.name ?? node.subtitle),
  );
  const neighbors = (from: boolean): HTMLElement[] =>
    net.edges.filter(([start, end]) => (from ? end : start) === place).map(([start, end]) => link(from ? start : end));
  const code = (text: string): HTMLElement => make('li', '', make('code', '', text));
  const blob = (name: string): string | HTMLElement => {
    if (onBlob === undefined) return name;
    const button = make('button', 'blob', name);
    button.setAttribute('type', 'button');
    button.addEventListener('click', () => onBlob(name));
    return button;
  };
  aside.replaceChildren(
    head,
    ...table('', factsOf(layer)),
    ...table('Parameters', layer?.params ?? []),
    ...table('Output blobs', layer?.tops.map(({ name, shape }) => [blob(name), shape?.join(' × ') ?? 'shape not known'] as const) ?? []),
    ...list('Fused into it', layer?.fused.map(code) ?? []),
    ...list('Replaces', layer?.from.some((name) => name !== layer.name) === true ? layer.from.map(code) : []),
    ...list('Changed by', layer?.passes.map(code) ?? []),
    ...list('Reads from', neighbors(true)),
    ...list('Read by', neighbors(false)),
  );
  for (const empty of aside.querySelectorAll('h4:empty')) empty.remove();
  aside.hidden = false;
}

/** The known facts and figures of a layer, by name. Its source is copied into the page, so it must be self-contained. */
export function factsOf(layer: PageNode['layer']): readonly (readonly [name: string, value: string])[] {
  if (layer === undefined) return [];
  const count = (number: number): string => number.toLocaleString('en');
  const { id, operator, weights, weightBytes, multiplyAdds = 0, time } = layer;
  return [
    ['Number', String(id)],
    ...(operator === undefined ? [] : [['In the source', operator] as const]),
    ...(weights > 0 ? [['Weights', `${count(weights)} (${count(weightBytes)} bytes)`] as const] : []),
    ...(multiplyAdds > 0 ? [['Multiply-adds', count(multiplyAdds)] as const] : []),
    ...(time === undefined ? [] : [['Time', `${time.toFixed(3)} ms`] as const]),
  ];
}
