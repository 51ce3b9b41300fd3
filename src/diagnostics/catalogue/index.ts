import type { Advice } from '../advice.ts';
import { fileCodes } from './files.ts';
import { modelCodes } from './models.ts';
import { netCodes } from './nets.ts';
import { projectCodes } from './projects.ts';

/** Whether the conversion fails (`error`), continues with a caution (`warning`), or only informs (`info`). */
export type Severity = 'error' | 'warning' | 'info';

/** The catalogue entry of a code. */
export interface CatalogueEntry {
  readonly severity: Severity;
  /** One sentence: what the code means. */
  readonly summary: string;
  /** One sentence: the general remedy. */
  readonly remedy: string;
  /** Options that help, with placeholders for names. */
  readonly advice?: readonly Advice[];
}

/**
 * All codes with severity, meaning and remedy; `docs/diagnostics.md` is generated from them. Codes are public: scripts match them, so the
 * meaning of a code never changes.
 */
export const catalogue: typeof fileCodes & typeof modelCodes & typeof netCodes & typeof projectCodes = {
  ...fileCodes,
  ...modelCodes,
  ...netCodes,
  ...projectCodes,
};

export type DiagnosticCode = keyof typeof catalogue;
