import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { identity } from '../../files/paths.ts';

/** What one model of a call reads and would write. */
export interface Ends {
  readonly model: string;
  /** Paths of the outputs. */
  readonly targets: readonly string[];
}

/** Models of a call that cannot be written, with the reason for each. */
export type Conflicts = ReadonlyMap<string, Diagnostic>;

/** Models that would write a file that another model of the call writes too. */
export function sameTargets(all: readonly Ends[]): Conflicts {
  const owners = new Map<string, string>();
  const conflicts = new Map<string, Diagnostic>();
  for (const { model, targets } of all) {
    for (const target of targets.map(identity)) {
      const owner = owners.get(target);
      owners.set(target, owner ?? model);
      if (owner === undefined) continue;
      conflicts.set(owner, clash(owner, model));
      conflicts.set(model, clash(model, owner));
    }
  }
  return conflicts;
}

/** Models with an output that would overwrite an input file of any model of the call, including models that failed. */
export function replacedSources(all: readonly (Ends & { readonly sources: readonly string[] })[]): Conflicts {
  const sources = new Set(all.flatMap(({ model, sources }) => [...sources, model, ...model.split('+')]).map(identity));
  const conflicts = new Map<string, Diagnostic>();
  for (const { model, targets } of all) {
    const replaced = targets.find((target) => sources.has(identity(target)));
    if (replaced === undefined) continue;
    const message = `the output ${replaced} would overwrite an input file`;
    conflicts.set(model, diagnostic('output-conflict', message, 'Give another folder with -o.', { file: model }));
  }
  return conflicts;
}

/** The reason why a model of a call with conflicts is not written: its own conflict, or that of another model. */
export function conflictOf(model: string, conflicts: Conflicts): Diagnostic {
  const [first = ''] = conflicts.keys();
  return (
    conflicts.get(model) ??
    diagnostic(
      'output-conflict',
      `nothing was written because other models of this call conflict (${first})`,
      'Resolve that conflict, or convert this model separately.',
      { file: model },
    )
  );
}

function clash(model: string, other: string): Diagnostic {
  const hint = 'Convert the models in two calls with different folders.';
  return diagnostic('output-conflict', `${other} would be written to the same files`, hint, { file: model });
}
