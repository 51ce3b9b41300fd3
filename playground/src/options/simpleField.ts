import { element } from '../dom/element.ts';
import type { OptionField } from './fields.ts';
import { nameField } from './nameField.ts';

/** A field of one option. */
export interface SimpleField {
  readonly element: HTMLElement;
  /** `undefined` if the option is not set. */
  readonly value: () => unknown;
  readonly set: (value: unknown) => void;
}

/** The field of an option that is a word, a number, a flag or a list of names. */
export function simpleField(field: OptionField, title: string, suggestions: readonly string[], onChange: () => void): SimpleField {
  if (field.kind === 'names') {
    const list = nameField(title, field.about, suggestions, onChange);
    return {
      element: list.element,
      value: () => (list.names().length === 0 ? undefined : list.names()),
      set: (value) => list.set(Array.isArray(value) ? value.map(String) : []),
    };
  }
  const id = `option-${field.name}`;
  if (field.kind === 'choice') {
    const options = field.choices.map((choice) => element('option', { value: choice }, choice));
    const select = element('select', { id, onchange: onChange }, ...options);
    return {
      element: labeled(id, title, select, field.about),
      // The first one is the default.
      value: () => (select.selectedIndex === 0 ? undefined : select.value),
      set: (value) => {
        select.value = typeof value === 'string' ? value : (field.choices[0] ?? '');
      },
    };
  }
  const input = element('input', {
    id,
    placeholder: field.example,
    inputmode: field.kind === 'number' ? 'numeric' : 'text',
    onchange: onChange,
  });
  return {
    element: labeled(id, title, input, field.about),
    value: () => (input.value.trim() === '' ? undefined : field.kind === 'number' ? Number(input.value) : input.value.trim()),
    set: (value) => {
      input.value = value === undefined ? '' : String(value);
    },
  };
}

function labeled(id: string, title: string, control: HTMLElement, about: string): HTMLElement {
  return element('div', { class: 'field' }, element('label', { for: id }, title), control, element('p', { class: 'about' }, about));
}
