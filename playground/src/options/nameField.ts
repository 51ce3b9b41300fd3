import { button, element } from '../dom/element.ts';

export interface NameField {
  readonly element: HTMLElement;
  readonly names: () => readonly string[];
  readonly set: (names: readonly string[]) => void;
}

/** A list of names, each with a button that removes it, and a box with suggestions to add one. */
export function nameField(label: string, about: string, suggestions: readonly string[], onChange: () => void): NameField {
  let names: readonly string[] = [];
  const id = `names-${label.replaceAll(/\W+/g, '-')}`;
  const list = element('ul', { class: 'chips', 'aria-label': label });
  const input = element('input', { list: `${id}-list`, id, autocomplete: 'off', spellcheck: 'false' });
  const show = (): void => {
    list.replaceChildren(
      ...names.map((name) => {
        const remove = button('×', () => change(names.filter((other) => other !== name)), { 'aria-label': `Remove ${name}` });
        return element('li', {}, element('code', {}, name), remove);
      }),
    );
  };
  const change = (next: readonly string[]): void => {
    names = next;
    show();
    onChange();
  };
  const add = (): void => {
    const name = input.value.trim();
    input.value = '';
    if (name !== '' && !names.includes(name)) change([...names, name]);
  };
  input.addEventListener('change', add);
  const options = suggestions.slice(0, 500).map((name) => element('option', { value: name }));
  const field = element(
    'div',
    { class: 'field' },
    element('label', { for: id }, label),
    list,
    element('div', { class: 'row' }, input, button('Add', add, { 'aria-label': `Add to ${label}` })),
    element('datalist', { id: `${id}-list` }, ...options),
    element('p', { class: 'about' }, about),
  );
  return {
    element: field,
    names: () => names,
    set: (next) => {
      names = next;
      show();
    },
  };
}
