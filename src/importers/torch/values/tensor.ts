import type { TorchDtype } from './dtype.ts';

/** How a view is taken of a tensor, as values of the graph. */
export interface ViewStep {
  /** The value of the view for a value of its base. */
  readonly read: (base: string) => string;
  /** The value of the base after the view was overwritten; absent if the view cannot be written. */
  readonly write?: (base: string, view: string) => string;
  /** Whether the view of a contiguous tensor is contiguous. */
  readonly isContiguous: boolean;
  /** The element type, if it differs: the parts of complex numbers. */
  readonly dtype?: TorchDtype;
  /** Whether the elements are copied, so that the tensors do not share them. */
  readonly isCopy?: boolean;
}

/** A tensor that is a view of another one. */
interface ViewOf {
  readonly base: TracedTensor;
  readonly step: ViewStep;
}

/**
 * A tensor of a traced program. Programs write to tensors and to views of them, but the values of a graph are assigned only once. So a
 * tensor refers to its current value: writing to it assigns a new value, and writing to a view assigns a new value to its base. Earlier
 * views then read their value again.
 */
export class TracedTensor {
  readonly dtype: TorchDtype;
  /** Whether its elements are known to be contiguous in row-major order, so that `view` and `reshape` alias it. */
  readonly isContiguous: boolean;
  readonly #view: ViewOf | undefined;
  #value: string;
  /** The number of writes to the tensor, or to the base of a view, when the value was read. */
  #version = 0;

  private constructor(value: string, dtype: TorchDtype, isContiguous: boolean, view: ViewOf | undefined) {
    this.#value = value;
    this.dtype = dtype;
    this.isContiguous = isContiguous;
    this.#view = view;
    this.#version = view?.base.version ?? 0;
  }

  /** A tensor that does not share its elements. */
  static of(value: string, dtype: TorchDtype): TracedTensor {
    return new TracedTensor(value, dtype, true, undefined);
  }

  /** A view of a tensor, with its current value; writes to one of them are visible in the other. */
  static viewOf(base: TracedTensor, step: ViewStep, value: string): TracedTensor {
    return new TracedTensor(value, step.dtype ?? base.dtype, base.isContiguous && step.isContiguous, { base, step });
  }

  /** The number of writes to its elements. */
  get version(): number {
    return this.#view?.base.version ?? this.#version;
  }

  /** The value of the graph that contains its current elements. */
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

  /** The number of nested views between it and the tensor that owns the elements. */
  get depth(): number {
    return this.#view === undefined ? 0 : 1 + this.#view.base.depth;
  }

  /** The number of views that are read again when the value is read. */
  get staleViews(): number {
    return this.#staleViews(this.version);
  }

  #staleViews(version: number): number {
    return this.#view === undefined || this.#version === version ? 0 : 1 + this.#view.base.#staleViews(version);
  }

  get isView(): boolean {
    return this.#view !== undefined;
  }

  /** Whether it can be overwritten: not if several positions share one element of the base. */
  get isWritable(): boolean {
    return this.#view === undefined || (this.#view.step.write !== undefined && this.#view.base.isWritable);
  }

  /** Overwrites all elements with a value of the same dtype and shape. Check {@link isWritable} first. */
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
