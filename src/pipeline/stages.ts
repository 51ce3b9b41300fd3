/** The stages of a conversion, in order, as a progress line names them. */
export type Stage = 'read' | 'fold' | 'lower' | 'optimize' | 'check' | 'verify';

/** A description of each stage. */
export const stageVerbs: Readonly<Record<Stage, string>> = {
  read: 'reading',
  fold: 'folding',
  lower: 'converting',
  optimize: 'optimizing',
  check: 'checking',
  verify: 'computing model and net',
};
