import type { Advice } from '../advice.ts';
import { fileCodes } from './files.ts';
import { modelCodes } from './models.ts';
import { netCodes } from './nets.ts';
import { projectCodes } from './projects.ts';

/** Whether the conversion fails (`error`), continues with a caution (`warning`), or only informs (`info`). */
export type Severity = 'error' | 'warning' | 'info';

/** The entry of a code in the catalogue. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** One sentence: what the code means. */
  readonly summary: string;
  /** One sentence: what helps in general. */
  readonly remedy: string;
  /** Options that help, with placeholders for names. */
  readonly advice?: readonly Advice[];
}

/**
 * All codes, with severity, meaning and remedy; `docs/diagnostics.md` is generated from them.
 * Codes are public: scripts match on them, so a code never changes its meaning.
 */
export const catalogue: typeof fileCodes & typeof modelCodes & typeof netCodes & typeof projectCodes = {
  ...fileCodes,
  ...modelCodes,
  ...netCodes,
  ...projectCodes,
};

export type DiagnosticCode = keyof typeof catalogue;
