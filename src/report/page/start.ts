import type { showDetails as ShowDetails } from './details.ts';
import type { PageNet } from './net.ts';
import type { createOverview as CreateOverview } from './overview.ts';
import type { createView as CreateView, View } from './view.ts';

export interface PageParts {
  readonly createView: typeof CreateView;
  readonly createOverview: typeof CreateOverview;
  readonly showDetails: typeof ShowDetails;
}

/** Brings the graph to life. Runs in the page, where it is put by its text: it may use nothing outside of itself. */
export function start({ createView, createOverview, showDetails }: PageParts): void {
  const find = <E extends Element>(selector: string, type: new () => E): E => {
    const found = document.querySelector(selector);
    if (!(found instanceof type)) throw new Error(`the page lacks ${selector}`);
    return found;
  };
  const nets: Readonly<Record<string, PageNet>> = JSON.parse(find('#nets', HTMLScriptElement).textContent ?? '{}');
  const aside = find('.details', HTMLElement);
  const outline = find('.outline ol', HTMLOListElement);
  const search = find('#search', HTMLInputElement);
  const status = find('.found', HTMLElement);
  const canvas = find('.overview', HTMLCanvasElement);

  let which = 'after';
  let chosen: number | undefined;
  let found: ReadonlySet<number> | undefined;
  const net = (): PageNet => nets[which] ?? { width: 1, height: 1, nodes: [], edges: [] };
  const svgOf = (name: string): SVGSVGElement => find(`svg.graph[data-net="${name}"]`, SVGSVGElement);
  const element = (place: number): SVGGElement | null => svgOf(which).querySelector<SVGGElement>(`[data-place="${place}"]`);
  const entry = (place: number): HTMLElement | null => outline.querySelector<HTMLElement>(`[data-place="${place}"]`);
  const views = new Map<string, View>();
  const view = (): View | undefined => views.get(which);

  const overview = createOverview(
    canvas,
    () => ({ net: net(), viewport: view()?.viewport() ?? { left: 0, top: 0, width: 1, height: 1 }, found }),
    (x, y) => view()?.center(x, y),
  );
  for (const name of Object.keys(nets)) {
    const shown = nets[name];
    if (shown !== undefined)
      views.set(
        name,
        createView(svgOf(name), shown, () => overview.draw()),
      );
  }

  const close = (): void => {
    aside.hidden = true;
    choose(undefined);
  };
  const choose = (place: number | undefined): void => {
    for (const marked of document.querySelectorAll('.node.chosen, .outline .chosen')) marked.classList.remove('chosen');
    for (const edge of document.querySelectorAll('.edges .near')) edge.classList.remove('near');
    chosen = place;
    if (place === undefined) return;
    element(place)?.classList.add('chosen');
    entry(place)?.classList.add('chosen');
    for (const edge of svgOf(which).querySelectorAll(`.edges [data-from="${place}"], .edges [data-to="${place}"]`))
      edge.classList.add('near');
  };
  /** Chooses a node, shows what is known of it and brings it into sight. */
  const go = (place: number, centerd = true): void => {
    const node = net().nodes[place];
    if (node === undefined) return;
    choose(place);
    showDetails(aside, net(), place, go, close);
    view()?.resize();
    if (centerd) view()?.center(node.x, node.y);
    const row = entry(place);
    const list = outline.parentElement;
    if (row !== null && list !== null) list.scrollTop = row.offsetTop - list.clientHeight / 2;
  };
  const focusNode = (place: number): void => {
    for (const node of svgOf(which).querySelectorAll('.node[tabindex="0"]')) node.setAttribute('tabindex', '-1');
    const target = element(place);
    target?.setAttribute('tabindex', '0');
    target?.focus({ preventScroll: true });
  };

  const matches = (place: number, words: readonly string[]): boolean => {
    const { title = '', subtitle = '', layer } = net().nodes[place] ?? {};
    const text = [
      title,
      subtitle,
      layer?.name,
      layer?.operator,
      ...(layer?.fused ?? []),
      ...(layer?.passes ?? []),
      ...(layer?.tops.map(({ name }) => name) ?? []),
    ]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const filter = (): void => {
    const words = search.value
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    const places = net().nodes.map((_, place) => place);
    found = words.length === 0 ? undefined : new Set(places.filter((place) => matches(place, words)));
    status.textContent = found === undefined ? '' : `${found.size} of ${places.length}`;
    svgOf(which).classList.toggle('searching', found !== undefined);
    for (const place of places) {
      const hit = found?.has(place) ?? true;
      element(place)?.classList.toggle('hit', found !== undefined && hit);
      const row = entry(place);
      if (row?.parentElement) row.parentElement.hidden = !hit;
    }
    overview.draw();
  };

  const list = (): void => {
    outline.replaceChildren(
      ...net().nodes.map(({ family, title, subtitle, layer }, place) => {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = family;
        button.dataset.place = String(place);
        const shape = layer?.tops[0]?.shape?.join(' × ');
        for (const [tag, text] of [
          ['b', title],
          ['span', layer?.name ?? subtitle],
          ['small', shape ?? ''],
        ] as const) {
          const part = document.createElement(tag);
          // The column is cut at the left, the name itself reads on as it is.
          const holder = tag === 'span' ? part.appendChild(document.createElement('bdi')) : part;
          holder.textContent = text;
          if (text !== '') button.append(part);
        }
        button.title = layer?.name ?? subtitle;
        button.addEventListener('click', () => go(place));
        const item = document.createElement('li');
        item.append(button);
        return item;
      }),
    );
  };
  const show = (name: string): void => {
    which = name;
    for (const box of document.querySelectorAll<HTMLElement>('.net')) box.hidden = box.dataset.net !== name;
    for (const button of document.querySelectorAll('[data-show]')) {
      button.setAttribute('aria-pressed', String(button.getAttribute('data-show') === name));
    }
    document.body.classList.toggle('tall', net().height > 4000);
    close();
    list();
    filter();
    view()?.resize();
    view()?.reset();
  };

  const zooms: Readonly<Record<string, () => void>> = {
    in: () => view()?.zoom(1.35),
    out: () => view()?.zoom(1 / 1.35),
    fit: () => view()?.fit(),
    real: () => view()?.reset(),
  };
  document.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return;
    const place = event.target.closest('.graph [data-place]')?.getAttribute('data-place');
    if (place != null) return go(Number(place), false);
    const zoom = event.target.closest('[data-zoom]')?.getAttribute('data-zoom');
    if (zoom != null) return zooms[zoom]?.();
    const shown = event.target.closest('[data-show]')?.getAttribute('data-show');
    if (shown != null) return show(shown);
    const layer = event.target.closest('[data-layer]')?.getAttribute('data-layer');
    if (layer == null) return undefined;
    event.preventDefault();
    if (which !== 'after') show('after');
    document.querySelector('.explorer')?.scrollIntoView({ block: 'start' });
    return go(net().nodes.findIndex((node) => node.layer?.id === Number(layer)));
  });
  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || found === undefined || found.size === 0) return;
    const places = [...found];
    const next = places.find((place) => place > (chosen ?? -1)) ?? places[0];
    if (next !== undefined) go(next);
  });

  /** Arrow keys go along the edges, and to the left and right among nodes of about the same height. */
  const neighbor = (place: number, key: string): number | undefined => {
    const { nodes, edges } = net();
    const here = nodes[place];
    if (key === 'ArrowDown') return edges.find(([from]) => from === place)?.[1];
    if (key === 'ArrowUp') return edges.find(([, to]) => to === place)?.[0];
    const side = key === 'ArrowRight' ? 1 : -1;
    if (here === undefined || (key !== 'ArrowRight' && key !== 'ArrowLeft')) return undefined;
    const beside = nodes
      .map((node, other) => ({ other, distance: (node.x - here.x) * side, apart: Math.abs(node.y - here.y) }))
      .filter(({ distance, apart }) => distance > 1 && apart < 40);
    return beside.sort((left, right) => left.distance - right.distance)[0]?.other;
  };
  document.addEventListener('keydown', (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.key === 'Escape') {
      if (search.value === '') return close();
      search.value = '';
      return filter();
    }
    if (target === search || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (event.key === '/') {
      event.preventDefault();
      return search.focus();
    }
    if (target.closest('.graph') === null) return undefined;
    const zoom = { '+': 'in', '=': 'in', '-': 'out', '0': 'fit', '1': 'real' }[event.key];
    if (zoom !== undefined) return zooms[zoom]?.();
    const place = Number(target.closest('[data-place]')?.getAttribute('data-place') ?? chosen ?? -1);
    const next =
      place < 0
        ? event.key === 'ArrowDown' || event.key === 'Enter'
          ? 0
          : undefined
        : event.key === 'Enter' || event.key === ' '
          ? place
          : neighbor(place, event.key);
    if (next === undefined) return undefined;
    event.preventDefault();
    go(next);
    return focusNode(next);
  });

  new ResizeObserver(() => view()?.resize()).observe(find('.view', HTMLElement));
  // On paper a net stands whole.
  addEventListener('beforeprint', () => {
    for (const [name, { width, height }] of Object.entries(nets)) {
      svgOf(name).setAttribute('viewBox', `0 0 ${width} ${height}`);
      svgOf(name).querySelector('.canvas')?.removeAttribute('transform');
    }
  });
  addEventListener('afterprint', () => view()?.resize());
  document.body.classList.add('live');
  show('after');
}
