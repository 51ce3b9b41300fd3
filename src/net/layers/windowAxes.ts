/** The parameters for one axis that a window slides over. */
export interface WindowAxisParams {
  /** Suffix of `kernel_w`, `stride_w` and similar parameters. */
  readonly letter: 'w' | 'h' | 'd';
  readonly before: string;
  readonly after: string;
  readonly outputPad: string;
}

const w: WindowAxisParams = { letter: 'w', before: 'pad_left', after: 'pad_right', outputPad: 'output_pad_right' };
const h: WindowAxisParams = { letter: 'h', before: 'pad_top', after: 'pad_bottom', outputPad: 'output_pad_bottom' };
const d: WindowAxisParams = { letter: 'd', before: 'pad_front', after: 'pad_behind', outputPad: 'output_pad_behind' };

export type WindowRank = 1 | 2 | 3;

/** The axes of windows by rank, outermost first. */
export const windowAxisParams: Readonly<Record<WindowRank, readonly WindowAxisParams[]>> = { 1: [w], 2: [h, w], 3: [d, h, w] };
