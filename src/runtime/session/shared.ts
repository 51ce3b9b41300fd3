/** A value with several users. */
export interface Share<V> {
  readonly value: V;
  /** Each user calls it once; after the last call, the value is disposed of. */
  readonly release: () => void;
}

/** Returns the value of a key. Calls `load` if there is none, or if the load of another user failed, perhaps because that user aborted it. */
export type Acquire<K, V> = (key: K, load: () => Promise<V>) => Promise<Share<V>>;

interface Shareable {
  readonly dispose?: () => void;
  /** A crashed value has no further users. */
  readonly hasCrashed?: () => boolean;
}

/** Values that are loaded once for all their users. */
export function shared<K, V extends Shareable>(): Acquire<K, V> {
  const entries = new Map<K, { readonly loading: Promise<V>; users: number }>();
  return async (key, load) => {
    for (;;) {
      const known = entries.get(key);
      const entry = known ?? { loading: load(), users: 0 };
      const drop = (): unknown => entries.get(key) === entry && entries.delete(key);
      entries.set(key, entry);
      entry.users++;
      try {
        const value = await entry.loading;
        const release = (): void => {
          if (--entry.users > 0) return;
          drop();
          value.dispose?.();
        };
        if (!value.hasCrashed?.()) return { value, release };
        drop();
      } catch (error) {
        drop();
        if (!known) throw error;
      }
    }
  };
}
