import { visible } from '../../diagnostics/visible.ts';
import { type Stage, stageVerbs } from '../../pipeline/stages.ts';
import type { Terminal } from './terminal.ts';

/** The progress of one model. */
export interface Progress {
  readonly stage: (stage: Stage) => void;
  readonly stop: () => void;
}

/** Shows the stages of a model if `show` is defined. */
export function startProgress(file: string, show: Terminal['showProgress']): Progress {
  return {
    stage: (stage) => show?.(`${visible(file)}: ${stageVerbs[stage]}`),
    stop: () => show?.(undefined),
  };
}
