import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Paint } from '../diagnostics/paint.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';

const parameters = /`((?:shape|const|output)=[^`]+)`/g;

/** Diagnostics as lines; the query parameters that their hints name stand as arguments, as a shell takes them. */
export function renderForShell(diagnostics: readonly Diagnostic[], paint: Paint): string[] {
  const told = diagnostics.map((entry) => ({
    ...entry,
    hint: entry.hint.replace(parameters, (_, query: string) => `\`${argumentsOf(query).join(' ')}\``),
  }));
  return renderDiagnostics(told, paint);
}

/** The query parameters in a hint, as arguments; those that only show the form are left out. */
export function argumentsIn(hint: string): readonly string[] {
  return [...hint.matchAll(parameters)].flatMap(([, query = '']) => (/=NAME(:|$)/.test(query) ? [] : argumentsOf(query)));
}

/** `shape=x:1,3&output=a%20b` as `--shape x=1,3` and `--output 'a b'`. */
function argumentsOf(query: string): readonly string[] {
  const parts = query.split('&');
  // A name that was not escaped may hold the sign that parts parameters.
  const whole = parts.every((part) => /^(shape|const|output)=/.test(part)) ? parts : [query];
  return whole.map((part) => {
    const option = part.slice(0, part.indexOf('='));
    const value = decoded(part.slice(option.length + 1));
    const colon = option === 'output' ? -1 : value.lastIndexOf(':');
    const text = quoted(colon < 0 ? value : `${value.slice(0, colon)}=${value.slice(colon + 1)}`);
    return `--${option}${value.startsWith('-') ? '=' : ' '}${text}`;
  });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As a shell takes it. */
export function quoted(text: string): string {
  return /^[\w.,:=/#…-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
