import type { LayerDetails } from '../details.ts';
import { element, formatShape } from './element.ts';

/** The layers of a net: how many there are of each type, and a list that can be narrowed by text and type. */
export function showLayers(layers: readonly LayerDetails[], ids: Readonly<Record<string, number>>): HTMLElement {
  let type: string | undefined;
  const rows = layers.map((layer) => ({ layer, row: rowOf(layer, ids[layer.name]), text: textOf(layer) }));
  const count = element('p', { class: 'count', role: 'status' });
  const filter = element('input', { type: 'search', placeholder: 'Type, name or parameter', 'aria-label': 'Filter the layers' });
  const body = element('tbody');

  const update = (): void => {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = rows.filter(
      ({ layer, text }) => (type === undefined || layer.type === type) && words.every((word) => text.includes(word)),
    );
    body.replaceChildren(...fitting.map(({ row }) => row));
    count.textContent = fitting.length === rows.length ? `${rows.length} layers` : `${fitting.length} of ${rows.length} layers`;
  };

  const types = typeButtons(layers, (chosen) => {
    type = chosen;
    update();
  });
  filter.addEventListener('input', update);
  update();
  const columns = ['Id', 'Type', 'Name', 'Output', 'Parameters'];
  const head = element('thead', {}, element('tr', {}, ...columns.map((title) => element('th', { scope: 'col' }, title))));
  return element(
    'section',
    {},
    element('h3', {}, 'Layers'),
    mapOf(layers),
    types,
    element('div', { class: 'row' }, filter, count),
    element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Layers' }, element('table', {}, head, body)),
  );
}

/** The net at a glance: one bar a layer in the order of execution, as high as it has weights, on a logarithmic scale. */
function mapOf(layers: readonly LayerDetails[]): HTMLElement {
  const most = Math.log1p(Math.max(...layers.map(({ weights }) => weights), 1));
  const bars = layers.map(({ type, name, weights }) => {
    const bar = element('i', { title: `${type} ${name}: ${weights.toLocaleString('en')} weights` });
    bar.style.height = `${8 + 92 * (Math.log1p(weights) / most)}%`;
    bar.style.setProperty('--hue', String(hueOf(type)));
    return bar;
  });
  return element('div', { class: 'map', role: 'img', 'aria-label': 'Weights by layer, in the order of execution' }, ...bars);
}

/** One button a type, as wide as there are layers of it; a second press takes the choice back. */
function typeButtons(layers: readonly LayerDetails[], choose: (type: string | undefined) => void): HTMLElement {
  const counts = new Map<string, number>();
  for (const { type } of layers) counts.set(type, (counts.get(type) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const most = sorted[0]?.[1] ?? 1;
  const buttons = sorted.map(([type, times]) => {
    const button = element(
      'button',
      { type: 'button', class: 'type', 'aria-pressed': 'false' },
      element('span', {}, type),
      element('b', {}, String(times)),
    );
    button.style.setProperty('--share', String(times / most));
    button.style.setProperty('--hue', String(hueOf(type)));
    button.addEventListener('click', () => {
      const pressed = button.getAttribute('aria-pressed') === 'true';
      for (const other of buttons) other.setAttribute('aria-pressed', 'false');
      button.setAttribute('aria-pressed', String(!pressed));
      choose(pressed ? undefined : type);
    });
    return button;
  });
  return element('div', { class: 'types', role: 'group', 'aria-label': 'Show one type only' }, ...buttons);
}

function rowOf({ type, name, shape, params }: LayerDetails, id: number | undefined): HTMLElement {
  const kind = element('span', { class: 'kind' }, type);
  kind.style.setProperty('--hue', String(hueOf(type)));
  const settings = params.flatMap(([key, value]) => [element('span', {}, `${key} `, element('b', {}, value))]);
  return element(
    'tr',
    {},
    element('td', { class: 'id' }, String(id ?? '')),
    element('td', {}, kind),
    element('td', { class: 'name' }, name),
    element('td', { class: 'output' }, shape === undefined ? '' : formatShape(shape)),
    element('td', { class: 'params' }, ...settings),
  );
}

function textOf({ type, name, params }: LayerDetails): string {
  return [type, name, ...params.map(([key, value]) => `${key}=${value}`)].join(' ').toLowerCase();
}

const familiar: Readonly<Record<string, number>> = {
  Convolution: 212,
  ConvolutionDepthWise: 265,
  Deconvolution: 300,
  InnerProduct: 335,
  BinaryOp: 32,
  UnaryOp: 12,
  Pooling: 150,
  Split: 185,
  Reshape: 60,
};

/** A color for a type, the same on every page. */
function hueOf(type: string): number {
  const hash = [...type].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 997, 7);
  return familiar[type] ?? (hash * 137.508) % 360;
}
