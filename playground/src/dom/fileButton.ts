import { element } from './element.ts';

/** How a button for a file is described; undefined attributes are left out. */
export interface FileButton {
  readonly label: string;
  /** Kinds of files to offer, as in HTML. */
  readonly accept: string;
  readonly title?: string;
  /** Name for screen readers if the label is too short. */
  readonly name?: string;
}

/** A button that lets the visitor choose a file; none if the choice is cleared. */
export function fileButton({ label, accept, title, name }: FileButton, choose: (file: File | undefined) => void): HTMLElement {
  const input = element('input', { type: 'file', accept, 'aria-label': name, onchange: () => choose(input.files?.[0]) });
  return element('label', { class: 'choose', title }, input, label);
}
