import { showDetails } from './details.ts';
import { createOverview } from './overview.ts';
import { start } from './start.ts';
import { createView } from './view.ts';

/** The script of the page: the text of functions that use nothing outside of themselves. */
export function pageScript(): string {
  const text = `'use strict';\n(${start})({ createView: ${createView}, createOverview: ${createOverview}, showDetails: ${showDetails} });`;
  // An end tag would end the script.
  if (/<\/script|<!--/i.test(text)) throw new Error('the script of the report holds a tag');
  return text;
}
