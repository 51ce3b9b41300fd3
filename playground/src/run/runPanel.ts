import wasmUrl from 'virtual:ncnn-wasm';
import { failureOf, isAbandoned } from '../app/openModel.ts';
import type { CallWorker } from '../app/panels.ts';
import { diagnosticList } from '../conversion/diagnosticList.ts';
import { button, element } from '../dom/element.ts';
import { fileButton } from '../dom/fileButton.ts';
import { formatTime } from '../dom/format.ts';
import type { ConvertedNet, EngineName, RunOutcome, RunRequest } from '../worker/messages.ts';
import { type InputCard, inputCard } from './inputCard.ts';
import { layerTable } from './layerTable.ts';
import { type OutputContext, outputCard } from './outputCard.ts';
import { verificationTable } from './verificationTable.ts';

/** How often a net is run to measure its layers. */
const measuredRuns = 5;

/** Runs a net and shows the outputs. */
export class RunPanel {
  readonly element: HTMLElement;
  readonly #call: CallWorker;
  readonly #cancelCalls: () => void;
  readonly #inputs = element('div', { class: 'runInputs' });
  readonly #outputs = element('div', { class: 'runOutputs' });
  readonly #status = element('p', { class: 'runStatus', role: 'status' });
  readonly #more = element('div');
  readonly #engine = engineSelect(() => void this.run());
  readonly #seed = element('input', {
    inputmode: 'numeric',
    value: 1,
    'aria-label': 'Seed of random values',
    size: 4,
    onchange: () => void this.run(),
  });
  readonly #button = button('Run', () => void this.run(), { class: 'primary' });
  readonly #stop = button('Stop', () => this.#cancel(), { hidden: true });
  readonly #measure = button('Time by layer', () => void this.#showTimes());
  readonly #verify = button('Compare with the source', () => void this.#showVerification());
  #chosen: OutputContext['chosen'] = new Map();
  #classNames: readonly string[] = [];
  #cards: readonly InputCard[] = [];
  /** Aborted when the visitor stops what is computed. */
  #stopping = new AbortController();
  /** How many computations the visitor waits for. */
  #pending = 0;
  #isRunning = false;
  #isWanted = false;
  /** The results of the last run; absent before the first one. */
  outcome: RunOutcome | undefined;
  /** Called after each run. */
  onRun: (outcome: RunOutcome) => void = () => {};

  /** `stop` cancels the calls that compute with the net. */
  constructor(call: CallWorker, stop: () => void) {
    this.#call = call;
    this.#cancelCalls = stop;
    const bar = element(
      'div',
      { class: 'row runBar' },
      this.#button,
      this.#stop,
      'on',
      this.#engine,
      'seed',
      this.#seed,
      this.#measure,
      this.#verify,
      this.#namesButton(),
    );
    this.element = element(
      'div',
      { class: 'runPanel' },
      bar,
      this.#status,
      element('div', { class: 'runGrid' }, this.#inputs, this.#outputs),
      this.#more,
    );
  }

  /** Sets another net; inputs of the same name and shape keep their data. */
  show(net: ConvertedNet, preprocessing: string | undefined): void {
    const tensors = net.inputs.filter(({ blob }) => blob !== null);
    const keys = tensors.map(({ name, shape, dtype }) => JSON.stringify([name, shape, dtype])).join();
    if (keys === this.element.dataset.inputs) return;
    this.clear();
    this.element.dataset.inputs = keys;
    const host = { run: () => this.run(), report: (message: string) => this.#report(message), preprocessing };
    this.#cards = tensors.map((tensor) => inputCard(tensor, host));
    this.#inputs.replaceChildren(...this.#cards.map((card) => card.element));
  }

  /** Runs the net, or once more after the current run. */
  async run(): Promise<void> {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#button.disabled = true;
    while (this.#isWanted) {
      this.#isWanted = false;
      await this.#runOnce();
    }
    this.#isRunning = false;
    this.#button.disabled = false;
  }

  clear(): void {
    for (const card of this.#cards) card.dispose();
    this.#cards = [];
    this.#chosen = new Map();
    this.outcome = undefined;
    delete this.element.dataset.inputs;
    for (const part of [this.#inputs, this.#outputs, this.#status, this.#more]) part.replaceChildren();
  }

  #runOnce(): Promise<void> {
    const { signal } = this.#stopping;
    return this.#compute('Running …', async () => {
      const sources = await Promise.all(this.#cards.map(async (card) => [card.name, await card.source()] as const));
      if (signal.aborted) return;
      const request: RunRequest = {
        engine: this.#engine.value === 'interpreter' ? 'interpreter' : 'ncnn.wasm',
        inputs: Object.fromEntries(sources),
        seed: Number(this.#seed.value) || 0,
      };
      const outcome = await this.#call('run', request);
      this.outcome = outcome;
      this.#showOutcome(outcome);
      this.onRun(outcome);
    });
  }

  /** Shows what is computed, with a button to stop it, and the failure if there is one. */
  async #compute(status: string, compute: () => Promise<void>): Promise<void> {
    this.#status.textContent = status;
    this.#pending++;
    this.#stop.hidden = false;
    try {
      await compute();
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
    } finally {
      this.#pending--;
      this.#stop.hidden = this.#pending === 0;
    }
  }

  /** Stops what is computed. The inputs of the last run are gone with its worker, so its results are removed too. */
  #cancel(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    this.#isWanted = false;
    this.outcome = undefined;
    for (const part of [this.#outputs, this.#more]) part.replaceChildren();
    this.#cancelCalls();
    this.#status.textContent = 'Stopped';
  }

  #showOutcome(outcome: RunOutcome): void {
    const { engine, loadTime, runTime, outputs } = outcome;
    const loading = loadTime > 1 ? `, loaded in ${formatTime(loadTime)}` : '';
    this.#status.textContent = `Ran on ${engine === 'interpreter' ? 'the interpreter' : engine} in ${formatTime(runTime)}${loading}`;
    const context: OutputContext = { picture: this.#placedPicture(outcome), classNames: this.#classNames, chosen: this.#chosen };
    this.#outputs.replaceChildren(...outputs.map((output) => outputCard(output, context)));
  }

  #placedPicture({ placements }: RunOutcome): OutputContext['picture'] {
    for (const card of this.#cards) {
      const [bitmap, placement] = [card.picture?.(), placements[card.name]];
      if (bitmap === undefined || placement === undefined) continue;
      return { bitmap, placed: { width: bitmap.width, height: bitmap.height, placement } };
    }
    return undefined;
  }

  #showFailure(error: unknown): void {
    const { message, diagnostics } = failureOf(error);
    this.#status.textContent = 'The net did not run';
    const none = { apply: () => {}, ask: () => {} };
    const problem = diagnostics.length === 0 ? element('p', { class: 'problem' }, message) : diagnosticList(diagnostics, none);
    this.#outputs.replaceChildren(problem);
  }

  #report(message: string): void {
    this.#status.textContent = message;
  }

  async #showTimes(): Promise<void> {
    const { signal } = this.#stopping;
    if (this.outcome === undefined) await this.run();
    if (signal.aborted) return;
    await this.#compute('Measuring the layers …', async () => {
      this.#more.replaceChildren(layerTable(await this.#call('measure', measuredRuns), measuredRuns));
      this.#status.textContent = `Measured on ${this.outcome?.engine ?? 'the interpreter'}`;
    });
  }

  #showVerification(): Promise<void> {
    return this.#compute('Computing the source and the net …', async () => {
      this.#more.replaceChildren(verificationTable(await this.#call('verify', Number(this.#seed.value) || 0)));
      this.#status.textContent = 'Compared, both computed without WebAssembly';
    });
  }

  #namesButton(): HTMLElement {
    const title = 'A text file with the name of a class in each line';
    return fileButton({ label: 'Class names', accept: '.txt,text/plain', title }, async (file) => {
      this.#classNames = file === undefined ? [] : (await file.text()).split(/\r?\n/).map((line) => line.trim());
      if (this.outcome !== undefined) this.#showOutcome(this.outcome);
    });
  }
}

function engineSelect(onChange: () => void): HTMLSelectElement {
  const engines: readonly EngineName[] = wasmUrl === undefined ? ['interpreter'] : ['ncnn.wasm', 'interpreter'];
  const options = engines.map((engine) => element('option', { value: engine }, engine === 'interpreter' ? 'the interpreter' : engine));
  return element('select', { 'aria-label': 'What runs the net', onchange: onChange }, ...options);
}
