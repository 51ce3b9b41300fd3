import type { PageNet } from './net.ts';

/** Runs in the page, where it is put by its text: it may use nothing outside of itself. Texts go in as texts, never as markup. */
export function showDetails(aside: HTMLElement, net: PageNet, place: number, go: (place: number) => void, close: () => void): void {
  const node = net.nodes[place];
  if (node === undefined) return;
  const make = (tag: string, name: string, ...children: readonly (string | Node)[]): HTMLElement => {
    const made = document.createElement(tag);
    if (name !== '') made.className = name;
    made.append(...children);
    return made;
  };
  const count = (number: number): string => number.toLocaleString('en');
  const link = (target: number): HTMLElement => {
    const { title = '', subtitle = '' } = net.nodes[target] ?? {};
    const button = make('button', 'go', make('b', '', title), make('span', '', subtitle));
    button.setAttribute('type', 'button');
    button.addEventListener('click', () => go(target));
    return make('li', '', button);
  };
  const list = (title: string, items: readonly HTMLElement[]): readonly HTMLElement[] =>
    items.length === 0 ? [] : [make('h4', '', title), make('ul', '', ...items)];
  const table = (title: string, rows: readonly (readonly [string, string])[]): readonly HTMLElement[] =>
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
  const facts: (readonly [string, string])[] = [];
  if (layer !== undefined) {
    facts.push(['Number', String(layer.id)]);
    if (layer.operator !== undefined) facts.push(['In the source', layer.operator]);
    if (layer.weights > 0) facts.push(['Weights', `${count(layer.weights)} (${count(layer.weightBytes)} bytes)`]);
    if (layer.multiplyAdds !== undefined && layer.multiplyAdds > 0) facts.push(['Multiply-adds', count(layer.multiplyAdds)]);
  }
  const code = (text: string): HTMLElement => make('li', '', make('code', '', text));
  aside.replaceChildren(
    head,
    ...table('', facts),
    ...table('Parameters', layer?.params ?? []),
    ...table('Blobs it makes', layer?.tops.map(({ name, shape }) => [name, shape?.join(' × ') ?? 'shape not known'] as const) ?? []),
    ...list('Fused into it', layer?.fused.map(code) ?? []),
    ...list('Stands for', layer?.from.some((name) => name !== layer.name) === true ? layer.from.map(code) : []),
    ...list('Changed by', layer?.passes.map(code) ?? []),
    ...list('Reads from', neighbors(true)),
    ...list('Read by', neighbors(false)),
  );
  for (const empty of aside.querySelectorAll('h4:empty')) empty.remove();
  aside.hidden = false;
}
