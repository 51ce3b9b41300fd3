import { visible, visibleJson } from '../diagnostics/visible.ts';

/** Markup that may stand in a page as it is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

/**
 * Markup with values put in: text is escaped, so that a name from a file stays a name, and control characters are spelled out; markup and
 * lists of it go in as they are. Attributes must be written in double quotes.
 */
export function markup(texts: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(texts.map((text, index) => (index === 0 ? text : `${written(values[index - 1])}${text}`)).join(''));
}

/** A number as people read it, `1,234`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A large number in short, `1.82 G`. */
export function formatMagnitude(count: number): string {
  const units = ['', ' k', ' M', ' G', ' T'];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)}${units[unit]}`;
}

/** JSON that may stand in a `script` element. */
export function jsonText(value: unknown): Markup {
  return new Markup(visibleJson(value).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`));
}

function written(value: Part): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return visible(value).replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
  return value.map(written).join('');
}
