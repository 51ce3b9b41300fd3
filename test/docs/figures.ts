/** What a section of the conformance run compared, and what came of it: an entry of `test/conformance/figures.json`. */
export interface Figures {
  readonly section: string;
  readonly compares: string;
  readonly result: string;
}

const begin = '<!-- figures: written by `npm run docs` from test/conformance/figures.json -->';
const end = '<!-- /figures -->';

/** The README with the table of figures between its two comments. Throws where it has no such place. */
export function withFigures(readme: string, figures: readonly Figures[]): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`the README has no place for the figures: ${begin} and ${end}`);
  const rows = figures.map(({ section, compares, result }) => `| \`${section}\` | ${cell(compares)} | ${cell(result)} |`);
  const table = ['| section | what is compared | result |', '| --- | --- | --- |', ...rows];
  return [readme.slice(0, from) + begin, '', ...table, '', readme.slice(to)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
