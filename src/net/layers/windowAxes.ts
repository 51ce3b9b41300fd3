/** Names of the parameters of one axis of a window. */
export interface WindowAxisParams {
  readonly letter: 'w' | 'h' | 'd';
  readonly before: string;
  readonly after: string;
}

/** The axes of windows by their number, outermost first. */
export const windowAxisParams: readonly (readonly WindowAxisParams[])[] = [
  [],
  [{ letter: 'w', before: 'pad_left', after: 'pad_right' }],
  [
    { letter: 'h', before: 'pad_top', after: 'pad_bottom' },
    { letter: 'w', before: 'pad_left', after: 'pad_right' },
  ],
  [
    { letter: 'd', before: 'pad_front', after: 'pad_behind' },
    { letter: 'h', before: 'pad_top', after: 'pad_bottom' },
    { letter: 'w', before: 'pad_left', after: 'pad_right' },
  ],
];
