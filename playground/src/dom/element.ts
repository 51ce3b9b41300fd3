type Child = Node | string | undefined;
type Attribute = string | number | boolean | undefined | ((event: Event) => void);

/** Creates an element: attributes, handlers (`onclick`), then children. Strings become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Attribute>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    if (typeof value === 'function') made.addEventListener(name.replace(/^on/, ''), value);
    else if (typeof value === 'boolean') made.toggleAttribute(name, value);
    else made.setAttribute(name, String(value));
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** A button that does not submit a form. */
export function button(label: string, onclick: () => void, attributes: Readonly<Record<string, Attribute>> = {}): HTMLButtonElement {
  return element('button', { type: 'button', onclick, ...attributes }, label);
}

/** Elements from markup of the report, in which all texts of models are escaped. */
export function trusted(html: string): DocumentFragment {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content;
}

/** Waits until the page is painted and can respond to the visitor. */
export function nextFrame(): Promise<void> {
  return new Promise((resolve) => {
    // A page in the background draws no frames.
    if (document.hidden) setTimeout(resolve);
    else requestAnimationFrame(() => setTimeout(resolve));
  });
}
