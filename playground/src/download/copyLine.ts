import { button, element } from '../dom/element.ts';

/** A line of code with a button that copies it. */
export function copyLine(title: string, text: string): HTMLElement {
  const copy = button('Copy', async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    copy.textContent = isCopied ? 'Copied' : 'Select it to copy';
    setTimeout(() => {
      copy.textContent = 'Copy';
    }, 2000);
  });
  copy.className = 'plain';
  copy.setAttribute('aria-label', `Copy: ${title}`);
  return element(
    'figure',
    { class: 'copyLine' },
    element('figcaption', {}, title),
    element('div', {}, element('pre', { tabindex: 0 }, element('code', {}, text)), copy),
  );
}
