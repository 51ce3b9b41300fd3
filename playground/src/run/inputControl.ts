import type { InputSource } from '../worker/messages.ts';

/** The data that a visitor feeds to an input. */
export interface InputControl {
  readonly element: HTMLElement;
  readonly source: () => Promise<InputSource>;
  /** The picture that is fed, to draw on. */
  readonly picture?: () => ImageBitmap | undefined;
  readonly dispose: () => void;
}
