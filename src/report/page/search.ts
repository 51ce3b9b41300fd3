import type { ReportPage } from './page.ts';

/** Marks the nodes that match the words in the search box. Its source is copied into the page, so it must be self-contained. */
export function markFound(page: ReportPage): void {
  const { search, status } = page.elements;
  const { nodes } = page.net();
  const words = search.value
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const matches = (place: number): boolean => {
    const { title = '', subtitle = '', layer } = nodes[place] ?? {};
    const names = layer === undefined ? [] : [layer.name, layer.operator, ...layer.fused, ...layer.passes];
    const blobs = layer?.tops.map(({ name }) => name) ?? [];
    const text = [title, subtitle, ...names, ...blobs].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const places = [...nodes.keys()];
  const found = words.length === 0 ? undefined : new Set(places.filter(matches));
  page.found = found;
  status.textContent = found === undefined ? '' : `${found.size} of ${places.length}`;
  page.graph(page.which).classList.toggle('searching', found !== undefined);
  for (const place of places) {
    const isFound = found?.has(place) ?? true;
    page.box(place)?.classList.toggle('hit', found !== undefined && isFound);
    const item = page.row(place)?.parentElement;
    if (item) item.hidden = !isFound;
  }
}
