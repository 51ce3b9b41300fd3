import { type NcnnError, ncnnError, type Place } from '../diagnostics/diagnostic.ts';
import { type LimitOptions, limits, type Resource } from './limits.ts';

/** Largest limit that is suggested: what takes more takes hours. */
const maxSuggested = 2 ** 45;

/** How many bytes of the model's files have been read, shared by the budgets of one conversion. */
interface FilesRead {
  bytes: number;
}

/**
 * What one conversion may still take of memory and time. A file of a few bytes can ask for any amount of both, so whatever is made of
 * a size that a file gives is spent here before it is made.
 *
 * The pipeline creates the budget of a conversion; readers, editors and builders carry it. Limits grow with the files that are read, so
 * that a large model does not reach them.
 */
export class Budget {
  readonly #options: LimitOptions;
  readonly #files: FilesRead;
  readonly #spent = new Map<Resource, number>();

  /** @param bytes size of the model's files as far as they are read; {@link Budget.read} adds others. */
  constructor(options: LimitOptions = {}, bytes: number = 0, files: FilesRead = { bytes }) {
    this.#options = options;
    this.#files = files;
  }

  /** Adds a file, or a part of one, to those that the limits are in proportion to. */
  read(bytes: number): void {
    this.#files.bytes += bytes;
  }

  /** Bytes of the files so far. */
  get bytesRead(): number {
    return this.#files.bytes;
  }

  /** The most that may be spent in all. */
  limit(resource: Resource): number {
    const { option, base, perByte } = limits[resource];
    return this.#options[option] ?? Math.floor(base + perByte * this.#files.bytes);
  }

  /** Whether an amount may be spent. */
  allows(resource: Resource, amount: number): boolean {
    return (this.#spent.get(resource) ?? 0) + amount <= this.limit(resource);
  }

  /** Spends an amount. Throws `NcnnError` (`limit-exceeded`) where that is more than is left. */
  spend(resource: Resource, amount: number, place: Place = {}): void {
    const total = (this.#spent.get(resource) ?? 0) + amount;
    // Written so that NaN is refused.
    if (!(total <= this.limit(resource))) throw this.exceeded(resource, total, place);
    this.#spent.set(resource, total);
  }

  /** Gives back what is no longer held. */
  release(resource: Resource, amount: number): void {
    this.#spent.set(resource, (this.#spent.get(resource) ?? 0) - amount);
  }

  /** A budget with the same limits and nothing spent: for a stage that walks the same graph again, which then decides as before. */
  renewed(): Budget {
    return new Budget(this.#options, 0, this.#files);
  }

  /** The refusal of a total, with the option that raises the limit. */
  exceeded(resource: Resource, total: number, place: Place = {}): NcnnError {
    const { option, unit } = limits[resource];
    const limit = this.limit(resource);
    const value = limit * 2 ** Math.max(1, Math.ceil(Math.log2(total / limit)));
    // The value is a suggestion: a limit that no one would raise so far has none.
    const advice = [{ option, ...(value <= maxSuggested ? { value } : {}) }];
    const hint = 'Raise the limit if you trust the model.';
    return ncnnError('limit-exceeded', `the model takes more than ${limit} ${unit}`, { hint, advice }, place);
  }
}
