import { element } from './element.ts';

export interface Tab {
  readonly key: string;
  readonly title: string;
  readonly panel: HTMLElement;
  /** Called when the tab is shown. */
  readonly onShow?: () => void;
}

export interface Tabs {
  readonly element: HTMLElement;
  readonly show: (key: string) => void;
}

/** Accessible tabs: arrow keys move between them. */
export function createTabs(label: string, tabs: readonly Tab[], className = ''): Tabs {
  const buttons = tabs.map(({ key, title }) =>
    element('button', { type: 'button', role: 'tab', id: `tab-${key}`, 'aria-controls': `panel-${key}`, onclick: () => show(key) }, title),
  );
  for (const { key, panel } of tabs) {
    panel.id = `panel-${key}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', `tab-${key}`);
  }
  function show(key: string): void {
    tabs.forEach((tab, index) => {
      const chosen = tab.key === key;
      tab.panel.hidden = !chosen;
      buttons[index]?.setAttribute('aria-selected', String(chosen));
      buttons[index]?.setAttribute('tabindex', chosen ? '0' : '-1');
      if (chosen) tab.onShow?.();
    });
  }
  const onkeydown = (event: Event): void => {
    if (!(event instanceof KeyboardEvent)) return;
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const at = buttons.findIndex((tab) => tab.getAttribute('aria-selected') === 'true');
    const next = step === 0 ? undefined : (at + step + tabs.length) % tabs.length;
    if (next === undefined) return;
    event.preventDefault();
    show(tabs[next]?.key ?? '');
    buttons[next]?.focus();
  };
  const list = element('div', { class: `tabs ${className}`.trim(), role: 'tablist', 'aria-label': label, onkeydown }, ...buttons);
  return { element: element('div', { class: 'tabbed' }, list, ...tabs.map(({ panel }) => panel)), show };
}
