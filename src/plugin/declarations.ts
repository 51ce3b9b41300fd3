import { readFileSync, writeFileSync } from 'node:fs';
import type { ModelDescription } from '../emit/description.ts';
import { type DeclaredModule, emitAmbientDeclarations } from '../emit/dts.ts';

/** Collects what is imported, and keeps the file of declarations up to date. */
export interface Declarations {
  /** An import, as it is written, and the id it resolved to. */
  readonly imported: (specifier: string, id: string) => void;
  readonly compiled: (id: string, description: ModelDescription) => void;
  /** Writes the file if that changes it. Keeps what is declared there of models not seen, where `complete` is false. */
  readonly write: (file: string, complete: boolean) => void;
}

export function collectDeclarations(): Declarations {
  const ids = new Map<string, string>();
  const descriptions = new Map<string, ModelDescription>();
  return {
    imported: (specifier, id) => ids.set(specifier, id),
    compiled: (id, description) => descriptions.set(id, description),
    write: (file, complete) => {
      const previous = readIfPresent(file);
      const text = emitAmbientDeclarations(declaredModules(ids, descriptions), complete ? undefined : previous);
      if (text !== previous) writeFileSync(file, text);
    },
  };
}

/**
 * The pattern TypeScript can be told for a specifier. A relative one matches by its end; where two models have the same
 * end, nobody can tell them apart, and both are left to the declarations for any model.
 */
function declaredModules(ids: ReadonlyMap<string, string>, descriptions: ReadonlyMap<string, ModelDescription>): DeclaredModule[] {
  const byPattern = new Map<string, ModelDescription | undefined>();
  for (const [specifier, id] of ids) {
    const description = descriptions.get(id);
    if (description === undefined) continue;
    const pattern = specifier.replace(/^(?:\.{0,2}\/)+/, '*/');
    const other = byPattern.get(pattern);
    const clashes = byPattern.has(pattern) && other?.hash !== description.hash;
    byPattern.set(pattern, clashes ? undefined : description);
  }
  return [...byPattern].flatMap(([pattern, description]) => (description === undefined ? [] : [{ pattern, description }]));
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
