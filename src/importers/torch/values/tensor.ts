import type { TorchDtype } from './dtype.ts';

/** How a view is taken of a tensor, as values of the graph. */
export interface ViewStep {
  /** The value of the view, for a value of the tensor it is of. */
  readonly read: (base: string) => string;
  /** The value of the tensor after the view has been overwritten; left out where that is not known. */
  readonly write?: (base: string, view: string) => string;
  /** Whether the elements of the view are contiguous where those of the tensor are. */
  readonly isContiguous: boolean;
  /** The type of the elements, where it is another one: the parts of complex numbers. */
  readonly dtype?: TorchDtype;
  /** Whether the elements are copied, so that the two tensors do not share them. */
  readonly isCopy?: boolean;
}

/** A tensor that is a view of another one. */
interface ViewOf {
  readonly base: TracedTensor;
  readonly step: ViewStep;
}

/**
 * A tensor of a traced program. Programs write into tensors and into views of them; a graph has only values that are assigned once. So a
 * tensor stands for the value that it has at the time: writing into it gives it a new one, and writing into a view gives a new one to what
 * it is a view of. A view that was taken before reads its value anew.
 */
export class TracedTensor {
  readonly dtype: TorchDtype;
  /** Whether its elements are known to lie in row-major order without gaps, so that `view` and `reshape` alias it. */
  readonly isContiguous: boolean;
  readonly #view: ViewOf | undefined;
  #value: string;
  /** How often the tensor, or that of which it is a view, had been written when the value was read. */
  #version = 0;

  private constructor(value: string, dtype: TorchDtype, isContiguous: boolean, view: ViewOf | undefined) {
    this.#value = value;
    this.dtype = dtype;
    this.isContiguous = isContiguous;
    this.#view = view;
    this.#version = view?.base.version ?? 0;
  }

  /** A tensor with elements that no other one has. */
  static of(value: string, dtype: TorchDtype): TracedTensor {
    return new TracedTensor(value, dtype, true, undefined);
  }

  /** A view of a tensor, with the value that it reads; what is written into one of them the other one reads. */
  static viewOf(base: TracedTensor, step: ViewStep, value: string): TracedTensor {
    return new TracedTensor(value, step.dtype ?? base.dtype, base.isContiguous && step.isContiguous, { base, step });
  }

  /** How often its elements have been written. */
  get version(): number {
    return this.#view?.base.version ?? this.#version;
  }

  /** The value of the graph that holds its elements now. */
  get value(): string {
    if (this.#view !== undefined && this.#version !== this.version) {
      this.#value = this.#view.step.read(this.#view.base.value);
      this.#version = this.version;
    }
    return this.#value;
  }

  /** The tensor that owns the elements. */
  get root(): TracedTensor {
    return this.#view?.base.root ?? this;
  }

  /** How many views it is apart from the tensor that owns the elements. */
  get depth(): number {
    return this.#view === undefined ? 0 : 1 + this.#view.base.depth;
  }

  /** How many views are read anew when the value is asked for. */
  get staleViews(): number {
    return this.#staleViews(this.version);
  }

  #staleViews(version: number): number {
    return this.#view === undefined || this.#version === version ? 0 : 1 + this.#view.base.#staleViews(version);
  }

  get isView(): boolean {
    return this.#view !== undefined;
  }

  /** Whether it can be overwritten: not where one element of the tensor below is seen at several places. */
  get isWritable(): boolean {
    return this.#view === undefined || (this.#view.step.write !== undefined && this.#view.base.isWritable);
  }

  /** Overwrites all elements by those of a value with the same dtype and shape. Check {@link isWritable} first. */
  write(value: string): void {
    if (this.#view === undefined) {
      this.#version++;
    } else {
      const { base, step } = this.#view;
      if (step.write === undefined) throw new TypeError('the view cannot be written');
      base.write(step.write(base.value, value));
      this.#version = this.version;
    }
    this.#value = value;
  }
}
