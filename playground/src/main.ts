import { element, formatBytes } from './element.ts';
import { showModel } from './model.ts';
import { type Entry, entries } from './models.ts';

const navigation = document.querySelector('#models');
const main = document.querySelector('#model');

/** The model in the address, so that links and reloads keep it. */
function chosen(): Entry | undefined {
  return entries.find(({ key }) => `#${key}` === location.hash) ?? entries[0];
}

function show(): void {
  const entry = chosen();
  if (entry === undefined) return;
  navigation?.replaceChildren(...entries.map((other) => tab(other, other === entry)));
  navigation?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  main?.replaceChildren(...showModel(entry));
  document.title = `${entry.title} – unplugin-ncnn playground`;
}

function tab({ key, title, model, details }: Entry, current: boolean): HTMLElement {
  return element(
    'a',
    { class: 'tab', href: `#${key}`, ...(current ? { 'aria-current': 'page' } : {}) },
    element('strong', {}, title),
    element('span', {}, `${details.layers.length} layers · ${formatBytes(model.binLength)}`),
  );
}

addEventListener('hashchange', show);
show();
