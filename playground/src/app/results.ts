import type { NetView } from '../../../src/report/netView.ts';
import { element } from '../dom/element.ts';
import { createTabs } from '../dom/tabs.ts';
import { downloadPanel } from '../download/downloadPanel.ts';
import { blobDialog } from '../net/blobDialog.ts';
import { netPanel } from '../net/netPanel.ts';
import { RunPanel } from '../run/runPanel.ts';
import type { ConvertedNet, RunOutcome } from '../worker/messages.ts';
import type { ConversionFacts, PanelHost } from './panels.ts';

/** What a visitor can do with a converted net: run it, look at it, save it. */
export interface Results {
  readonly element: HTMLElement;
  /** Shown above the page. */
  readonly dialog: HTMLElement;
  readonly show: (net: ConvertedNet, facts: ConversionFacts) => void;
  readonly showDrawing: (view: NetView) => Promise<void>;
  readonly showNoDrawing: (message: string) => void;
  readonly clear: () => void;
  readonly run: () => Promise<void>;
  /** The results of the last run. */
  readonly outcome: () => RunOutcome | undefined;
}

export function createResults({ call, stop, onRun }: Pick<PanelHost, 'call' | 'stop' | 'onRun'>): Results {
  const blobs = blobDialog(call);
  const net = netPanel(element('div', { class: 'netPanel' }), (name) => void blobs.open(name));
  const download = downloadPanel(call);
  const run = new RunPanel(call, stop);
  run.onRun = onRun;
  const tabs = createTabs('Views of the net', [
    { key: 'run', title: 'Run', panel: run.element },
    { key: 'net', title: 'Net', panel: net.element, onShow: net.resize },
    { key: 'download', title: 'Download', panel: download.element },
  ]);
  tabs.show('run');
  return {
    element: element('div', { class: 'result', hidden: true }, tabs.element),
    dialog: blobs.element,
    show: (converted, facts) => {
      run.show(converted, facts.example?.preprocessing);
      download.show(facts, facts.forms);
    },
    showDrawing: (view) => net.show(view),
    showNoDrawing: (message) => net.element.replaceChildren(element('p', { class: 'problem' }, `The net cannot be drawn: ${message}`)),
    clear: () => {
      net.clear();
      run.clear();
      download.clear();
    },
    run: () => run.run(),
    outcome: () => run.outcome,
  };
}
