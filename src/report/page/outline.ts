import type { PageNode } from './net.ts';
import type { ReportPage } from './page.ts';

/** Lists the layers in execution order. Its source is copied into the page, so it must be self-contained. */
export function listLayers(page: ReportPage, go: (place: number) => void): void {
  const part = (tag: string, text: string): HTMLElement => {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  };
  const rowOf = ({ family, title, subtitle, layer }: PageNode, place: number): HTMLElement => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = family;
    button.dataset.place = String(place);
    button.title = layer?.name ?? subtitle;
    // The column truncates the name on the left; the name itself keeps its direction.
    const name = document.createElement('span');
    name.append(part('bdi', button.title));
    const shape = layer?.tops[0]?.shape?.join(' × ') ?? '';
    button.append(part('b', title), name, ...(shape === '' ? [] : [part('small', shape)]));
    button.addEventListener('click', () => go(place));
    const item = document.createElement('li');
    item.append(button);
    return item;
  };
  page.elements.outline.replaceChildren(...page.net().nodes.map(rowOf));
}
