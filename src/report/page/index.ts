import { pageFunctions } from './functions.ts';
import { start } from './start.ts';

/** The script of the page: the source text of self-contained functions. */
export function pageScript(): string {
  const members = Object.entries(pageFunctions).map(([name, member]) => `${name}: ${member}`);
  const text = `'use strict';\n(${start})({ ${members.join(', ')} });`;
  // An end tag would end the script.
  if (/<\/script|<!--/i.test(text)) throw new Error('the script of the report holds a tag');
  return text;
}
