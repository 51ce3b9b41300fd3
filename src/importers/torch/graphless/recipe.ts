import type { NamedTensor } from './contents.ts';

/** What the Python code has to load. */
interface ExportSubject {
  /** Name of the file, `net.pth`. */
  readonly name: string;
  /** Statements that assign the model to `model`. */
  readonly loading: string;
  readonly tensors: readonly NamedTensor[];
  /** The class of a pickled module, which Python must be able to import. */
  readonly className?: string;
}

/** The hint for weights: the Python code that exports the model, on one line. */
export function exportHint({ name, loading, tensors, className }: ExportSubject): string {
  const stem = name.replace(/\.[^.]*$/, '');
  const exported = `torch.export.export(model.eval(), (${exampleInput(tensors)},))`;
  const code = `import torch; ${loading}; torch.export.save(${exported}, ${pythonString(`${stem}.pt2`)})`;
  const where = className === undefined ? 'where Net is the class of your model' : `where ${className} can be imported`;
  return `Export the model in Python, ${where}: ${code}`;
}

/** A string in Python syntax. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

/** An example input that fits the first weight of the model: an image, a row of features, or tokens. */
function exampleInput(tensors: readonly NamedTensor[]): string {
  const first = tensors.find(({ shape }) => shape.length > 1);
  const [rows = 1, columns = 1] = first?.shape ?? [];
  if (first !== undefined && /emb/i.test(first.name)) return `torch.zeros(1, ${Math.min(16, rows)}, dtype=torch.long)`;
  const sizes =
    [[], [], [1, columns], [1, columns, 1000], [1, columns, 224, 224], [1, columns, 16, 112, 112]][first?.shape.length ?? 0] ?? [];
  return sizes.length === 0 ? 'example_input' : `torch.zeros(${sizes.join(', ')})`;
}
