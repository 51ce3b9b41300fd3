import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { changesBetween } from '../conversion/changes.ts';
import { changeTable } from '../conversion/changeTable.ts';
import { diagnosticList } from '../conversion/diagnosticList.ts';
import { type Example, loadExample } from '../files/examples.ts';
import { filesCard } from '../files/filesCard.ts';
import type { FilesByPath } from '../files/givenFiles.ts';
import { missingFileOf, missingFiles, modelsAmong } from '../files/modelFiles.ts';
import { type OptionForm, optionForm } from '../options/optionForm.ts';
import type { ConvertedNet, OpenedModel } from '../worker/messages.ts';
import { modelHeader } from './modelHeader.ts';
import { failureOf, isAbandoned, OpenModel } from './openModel.ts';
import { createPanels, type Panels } from './panels.ts';

/** What a model is opened with. */
interface Opening {
  readonly options?: ConvertOptions;
  readonly example?: Example;
}

/** The page: files go in, a worker converts them, and panels show what comes out. */
export class App {
  readonly #panels: Panels;
  readonly #files = filesCard({ open: (model) => this.#reopen(model), add: (name, file) => this.#add(name, file) });
  #model: OpenModel | undefined;
  #form: OptionForm | undefined;
  #before: ConvertedNet | undefined;
  #missing: readonly string[] = [];
  #example: Example | undefined;

  constructor(root: HTMLElement) {
    this.#panels = createPanels(root, {
      files: this.#files.element,
      open: (files) => this.give(files),
      openExample: (example) => this.openExample(example),
      call: (name, argument) => (this.#model ?? fail()).call(name, argument),
    });
  }

  /** Takes files: the ones that the open model lacks, or another model. */
  give(files: FilesByPath): void {
    const wanted = [...files].flatMap(([name, file]) => {
      const missing = missingFileOf(name, this.#missing);
      return missing === undefined ? [] : [[missing, file] as const];
    });
    if (this.#model !== undefined && wanted.length > 0) {
      const { files: known, model } = this.#model;
      void this.open(new Map([...known, ...files, ...wanted]), model, { options: this.#form?.options() ?? {} });
      return;
    }
    const [model] = modelsAmong([...files.keys()]);
    if (model !== undefined) void this.open(files, model);
  }

  async openExample(example: Example, options: ConvertOptions = example.options): Promise<void> {
    this.#panels.begin(`Loading ${example.title} …`);
    try {
      const files = await loadExample(example);
      await this.open(files, example.files[0] ?? '', { options, example });
    } catch (error) {
      this.#panels.showProblem(error instanceof Error ? error.message : String(error));
    }
  }

  /** Opens a model and converts it. The one before is closed, and its memory freed. */
  async open(files: FilesByPath, model: string, { options = {}, example }: Opening = {}): Promise<void> {
    this.#model?.close();
    this.#before = undefined;
    this.#form = undefined;
    this.#missing = [];
    this.#example = example;
    this.#panels.clear(example);
    this.#panels.begin(`Reading ${model} …`);
    this.#files.show(files, model, modelsAmong([...files.keys()]));
    const opened = new OpenModel(files, model, (stage) => this.#panels.stage(stage));
    this.#model = opened;
    try {
      const { inspection, passes } = await opened.open();
      this.#showForm({ inspection, passes }, options);
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
      return;
    }
    await this.#convert();
  }

  #reopen(model: string): void {
    if (this.#model !== undefined) void this.open(this.#model.files, model);
  }

  #add(name: string, file: File): void {
    if (this.#model === undefined) return;
    const { files, model } = this.#model;
    void this.open(new Map([...files, [name, file]]), model, { options: this.#form?.options() ?? {} });
  }

  #showForm(opened: OpenedModel, options: ConvertOptions): void {
    const names = opened.inspection.outputs.map(({ name }) => name);
    const form = optionForm(opened, names, () => void this.#convert());
    form.set(options);
    this.#form = form;
    this.#panels.showForm(form.element);
  }

  async #convert(): Promise<void> {
    const [model, form] = [this.#model, this.#form];
    if (model === undefined || form === undefined) return;
    const options = form.options();
    this.#panels.begin('Converting …');
    try {
      const net = await model.convert(options);
      this.#panels.end(net.times);
      this.#panels.showDiagnostics(diagnosticList(net.diagnostics, this.#actions()), 'converted');
      this.#panels.showNet(net, modelHeader(net), { options, files: [model.model, ...model.files.keys()], example: this.#example });
      this.#panels.showChanges(this.#before === undefined ? undefined : changeTable(changesBetween(this.#before, net)));
      form.showPasses(net.passes);
      this.#before = net;
    } catch (error) {
      if (!isAbandoned(error)) this.#showFailure(error);
    }
  }

  #showFailure(error: unknown): void {
    const { diagnostics } = failureOf(error);
    this.#panels.end([]);
    this.#missing = missingFiles(diagnostics, this.#model?.model ?? '');
    this.#files.ask(this.#missing);
    this.#panels.showDiagnostics(diagnosticList(diagnostics, this.#actions()), 'failed');
  }

  #actions(): Parameters<typeof diagnosticList>[1] {
    return { apply: (advice) => this.#form?.apply(advice), askShape: (input) => this.#form?.focusShape(input) };
  }
}

function fail(): never {
  throw new Error('no model is open');
}
