/** The results of a section of the conformance run: an entry of `test/conformance/figures.json`. */
export interface Figures {
  readonly section: string;
  readonly compares: string;
  readonly result: string;
}

const begin = '<!-- figures: written by `npm run docs` from test/conformance/figures.json -->';
const end = '<!-- /figures -->';

/** The page with the table of figures between its two comments. Throws if the comments are missing. */
export function withFigures(page: string, figures: readonly Figures[]): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the page has no place for the figures: ${begin} and ${end}`);
  const rows = figures.map(({ section, compares, result }) => [`\`${section}\``, cell(compares), cell(result)]);
  const table = alignColumns([['section', 'what is compared', 'result'], ...rows]);
  return [page.slice(0, from) + begin, '', ...table, '', page.slice(to)].join('\n');
}

/** A model with the fp16 guard on ncnn's ARM code: an entry of `test/conformance/arm/guarded.json`. */
export interface GuardedModelRow {
  readonly model: string;
  readonly inputs: string;
  readonly layers: number;
  readonly before: string;
  readonly sums: number;
  readonly blobs: number;
  readonly casts: number;
  readonly after: string;
}

const beginGuarded = '<!-- guarded: written by `npm run docs` from test/conformance/arm/guarded.json -->';
const endGuarded = '<!-- /guarded -->';

/** The page about phones with the table of models between its two comments. Throws if the comments are missing. */
export function withGuardedModels(page: string, models: readonly GuardedModelRow[]): string {
  const [from, to] = [page.indexOf(beginGuarded), page.indexOf(endGuarded)];
  if (from < 0 || to < from) throw new Error(`the page has no place for the models: ${beginGuarded} and ${endGuarded}`);
  const head = ['model', 'inputs', 'layers', 'loss without', '`31=1`', '`31=3`', 'added layers', 'loss with masks'];
  const rows = models.map(({ model, inputs, layers, before, sums, blobs, casts, after }) =>
    [model, inputs, layers, before, sums, blobs, casts, after].map(String),
  );
  return [page.slice(0, from) + beginGuarded, '', ...alignColumns([head, ...rows]), '', page.slice(to)].join('\n');
}

/** Lines of a table in Markdown, its columns as wide as their widest cell. */
function alignColumns([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string => `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
