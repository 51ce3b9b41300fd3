import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';

/** Maximum number of names in a hint. */
const namesShown = 8;

/** Reports an option that names an input or tensor that the model does not have. */
export function unknownName(kind: 'input' | 'tensor', name: string, known: readonly string[]): Diagnostic {
  return diagnostic('name-unknown', `the model has no ${kind} "${name}"`, hintFor(kind, name, known));
}

function hintFor(kind: string, name: string, known: readonly string[]): string {
  const near = closest(name, known);
  if (near.length > 0) return `Did you mean ${near.map((entry) => `"${entry}"`).join(' or ')}?`;
  if (known.length === 0) return `The model has no ${kind}s.`;
  const shown = known.slice(0, namesShown).map((entry) => `"${entry}"`);
  const more = known.length > shown.length ? ` and ${known.length - shown.length} more` : '';
  return `Choose one of its ${kind}s: ${shown.join(', ')}${more}.`;
}
