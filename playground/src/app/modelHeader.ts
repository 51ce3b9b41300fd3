import { element, trusted } from '../dom/element.ts';
import type { ConvertedNet } from '../worker/messages.ts';

/** The name of a net, the description in its file, and its figures. */
export function modelHeader({ name, format, about, facts }: ConvertedNet): readonly Node[] {
  const summary = [format, about].filter((text) => text !== '').join(', ');
  return [element('h2', { class: 'modelName' }, name), element('p', { class: 'about' }, summary), trusted(facts)];
}
