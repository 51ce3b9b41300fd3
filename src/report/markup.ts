import { visible, visibleJson } from '../diagnostics/visible.ts';

/** Markup that is safe to insert into a page. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | readonly Part[];

/**
 * Markup with inserted values: text is escaped, so that a name from a file stays text, and control characters are written as escapes;
 * markup and lists of markup are inserted unchanged. Attributes must be in double quotes.
 */
export function markup(texts: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(texts.map((text, index) => (index === 0 ? text : `${written(values[index - 1])}${text}`)).join(''));
}

/** A number in readable form, `1,234`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A large number in short form, `1.82 G`. */
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

/** JSON that is safe in a `script` element. */
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
