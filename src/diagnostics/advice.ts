import type { Diagnostic } from './diagnostic.ts';

/**
 * An option that helps, as data; each front end writes it in its own syntax. Entries of the same option belong together, entries of
 * different options are alternatives. Unknown fields are absent, and front ends write a placeholder for them.
 */
export type Advice =
  | ShapeAdvice
  /** Pin an input. */
  | { readonly option: 'const'; readonly input?: string }
  /** Cut the graph at these tensors; empty if they are not known. */
  | { readonly option: 'outputs'; readonly names: readonly string[] }
  | { readonly option: 'optimize'; readonly value: false }
  | { readonly option: 'fp32Layers'; readonly layers: readonly string[] }
  | { readonly option: 'customLayers'; readonly types: readonly string[] }
  | { readonly option: 'allowOutside' }
  | { readonly option: LimitOption; readonly value?: number };

/** An option that raises a limit of a conversion. */
export type LimitOption = 'maxEntries' | 'maxNodes' | 'maxElements' | 'maxSteps' | 'maxBytes';

/** Set the shape of an input. */
export interface ShapeAdvice {
  readonly option: 'shape';
  readonly input?: string;
  /** -1 keeps an axis as the model declares it. */
  readonly dims?: readonly number[];
  /** Whether the sizes of dynamic axes are examples for the user to replace. */
  readonly isExample?: true;
}

/** The remedy of a diagnostic: a sentence that names no option, and the options for it. */
export interface Remedy {
  readonly hint: string;
  readonly advice: readonly Advice[];
}

/** Writes all entries of one option in the syntax of a front end. */
export type AdviceSyntax = (entries: readonly Advice[]) => string;

/** The diagnostics with hints that name the options in the syntax of a front end: for people to read. */
export function withOptions(diagnostics: readonly Diagnostic[], syntax: AdviceSyntax): readonly Diagnostic[] {
  return diagnostics.map((entry) => {
    const options = describeAdvice(entry.advice, syntax);
    return options === undefined ? entry : { ...entry, hint: `${entry.hint} ${options}` };
  });
}

/** The options as a sentence: "Use `--const n=VALUE`, or `--output a` to convert the part before it." */
function describeAdvice(advice: readonly Advice[], syntax: AdviceSyntax): string | undefined {
  const groups = new Map<Advice['option'], Advice[]>();
  for (const entry of advice) groups.set(entry.option, [...(groups.get(entry.option) ?? []), entry]);
  if (groups.size === 0) return undefined;
  const ways = [...groups.values()].map((entries) =>
    cuts(entries) ? `${syntax(entries)} to convert the part before it` : syntax(entries),
  );
  const note = advice.some((entry) => entry.option === 'shape' && entry.isExample) ? '; the sizes of dynamic axes are examples' : '';
  return `Use ${ways.join(', or ')}${note}.`;
}

function cuts(entries: readonly Advice[]): boolean {
  return entries.some((entry) => entry.option === 'outputs' && entry.names.length > 0);
}
