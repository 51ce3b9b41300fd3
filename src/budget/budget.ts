import { type NcnnError, ncnnError, type Place } from '../diagnostics/diagnostic.ts';
import { type LimitOptions, limits, type Resource } from './limits.ts';

/** Largest limit that is suggested. A model that needs more would take hours. */
const maxSuggested = 2 ** 45;

/** Bytes read from the model's files, shared by all budgets of a conversion. */
interface FilesRead {
  bytes: number;
}

/**
 * Limits the memory and time of a conversion. A file of a few bytes can request any amount of both, so everything whose size comes from a
 * file is charged here before it is allocated.
 *
 * The pipeline creates the budget of a conversion and passes it to readers, editors and builders. Limits grow with the size of the files,
 * so that legitimate large models stay below them.
 */
export class Budget {
  readonly #options: LimitOptions;
  readonly #files: FilesRead;
  readonly #spent = new Map<Resource, number>();

  /** @param bytes size of the model's files read so far; {@link Budget.read} adds more */
  constructor(options: LimitOptions = {}, bytes: number = 0, files: FilesRead = { bytes }) {
    this.#options = options;
    this.#files = files;
  }

  /** Adds the size of a file, or of a part of one, to the size on which the limits are based. */
  read(bytes: number): void {
    this.#files.bytes += bytes;
  }

  /** Bytes of the files read so far. */
  get bytesRead(): number {
    return this.#files.bytes;
  }

  /** The total amount that may be spent. */
  limit(resource: Resource): number {
    const { option, base, perByte } = limits[resource];
    return this.#options[option] ?? Math.floor(base + perByte * this.#files.bytes);
  }

  /** Whether an amount can still be spent. */
  allows(resource: Resource, amount: number): boolean {
    return (this.#spent.get(resource) ?? 0) + amount <= this.limit(resource);
  }

  /** Spends an amount. Throws `NcnnError` (`limit-exceeded`) if it is more than what remains. */
  spend(resource: Resource, amount: number, place: Place = {}): void {
    const total = (this.#spent.get(resource) ?? 0) + amount;
    // The comparison is negated so that NaN is rejected.
    if (!(total <= this.limit(resource))) throw this.exceeded(resource, total, place);
    this.#spent.set(resource, total);
  }

  /** Returns an amount that is no longer in use. */
  release(resource: Resource, amount: number): void {
    this.#spent.set(resource, (this.#spent.get(resource) ?? 0) - amount);
  }

  /** A budget with the same limits and nothing spent. A stage that walks the same graph again then makes the same decisions. */
  renewed(): Budget {
    return new Budget(this.#options, 0, this.#files);
  }

  /** The error for a total, with the option that raises the limit. */
  exceeded(resource: Resource, total: number, place: Place = {}): NcnnError {
    const { option, unit } = limits[resource];
    const limit = this.limit(resource);
    const value = limit * 2 ** Math.max(1, Math.ceil(Math.log2(total / limit)));
    // The value is only a suggestion, and is omitted if it is unreasonably large.
    const advice = [{ option, ...(value <= maxSuggested ? { value } : {}) }];
    const hint = 'Raise the limit if you trust the model.';
    return ncnnError('limit-exceeded', `the model takes more than ${limit} ${unit}`, { hint, advice }, place);
  }
}
