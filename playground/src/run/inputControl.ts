import type { InputSource } from '../worker/messages.ts';

/** What a visitor feeds an input with. */
export interface InputControl {
  readonly element: HTMLElement;
  readonly source: () => Promise<InputSource>;
  /** The picture that is fed, to draw on. */
  readonly picture?: () => ImageBitmap | undefined;
  readonly dispose: () => void;
}
