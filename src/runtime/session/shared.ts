/** A value with several users. */
export interface Share<V> {
  readonly value: V;
  /** Each user calls it once; after the last call, the value is freed. */
  readonly release: () => void;
}

interface Entry<V> {
  readonly value: Promise<V>;
  users: number;
}

/** Values that are loaded once for all their users. */
export class Shared<K, V> {
  readonly #entries = new Map<K, Entry<V>>();
  readonly #free: (value: V) => void;
  readonly #isUsable: (value: V) => boolean;

  constructor(free: (value: V) => void, isUsable: (value: V) => boolean = () => true) {
    this.#free = free;
    this.#isUsable = isUsable;
  }

  /** The value of a key. Calls `load` if there is none, or if the load of another user failed, perhaps because that user aborted it. */
  async acquire(key: K, load: () => Promise<V>): Promise<Share<V>> {
    for (;;) {
      const known = this.#entries.get(key);
      const entry = known ?? { value: load(), users: 0 };
      this.#entries.set(key, entry);
      entry.users++;
      try {
        const value = await entry.value;
        if (this.#isUsable(value)) return { value, release: () => this.#release(key, entry, value) };
        this.#drop(key, entry);
      } catch (error) {
        this.#drop(key, entry);
        if (known === undefined) throw error;
      }
    }
  }

  #release(key: K, entry: Entry<V>, value: V): void {
    entry.users--;
    if (entry.users > 0) return;
    this.#drop(key, entry);
    this.#free(value);
  }

  #drop(key: K, entry: Entry<V>): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
