import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { parseQuery } from '../../../src/project/imports/query.ts';
import { beyondQuery, queryOf } from '../download/conversionLines.ts';

/** What a link keeps: the options and the example, if any, but never files. */
export interface LinkContents {
  readonly example: string | undefined;
  readonly options: ConvertOptions;
}

/** The part of a URL after `#`. */
export function linkOf({ example, options }: LinkContents): string {
  const more = Object.fromEntries(beyondQuery(options));
  return [
    ...(example === undefined ? [] : [`example=${encodeURIComponent(example)}`]),
    ...queryOf(options),
    ...(Object.keys(more).length === 0 ? [] : [`more=${encodeURIComponent(JSON.stringify(more))}`]),
  ].join('&');
}

/** Parses the part of a URL after `#`; `undefined` if it is empty or invalid. */
export function readLink(hash: string): LinkContents | undefined {
  const parts = hash
    .replace(/^#/, '')
    .split('&')
    .filter((part) => part !== '');
  if (parts.length === 0) return undefined;
  const value = (name: string): string | undefined => {
    const part = parts.find((entry) => entry.startsWith(`${name}=`));
    return part === undefined ? undefined : (decoded(part.slice(name.length + 1)) ?? '');
  };
  const rest = parts.filter((part) => !/^(?:example|more)=/.test(part)).join('&');
  const { options, diagnostics } = parseQuery(rest, 'link');
  const { inline: _, url: __, verify: ___, ...converting } = options;
  const more = objectOf(value('more'));
  if (diagnostics.length > 0 || more === undefined) return undefined;
  // The worker checks the values.
  return { example: value('example'), options: { ...converting, ...more } };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function objectOf(text = '{}'): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
