/** Generates names that are unique in the model. */
export interface Names {
  /** Marks a name of the model as used. */
  readonly take: (name: string) => void;
  readonly isTaken: (name: string) => boolean;
  /** The preferred name, with a number appended if it is already used. */
  readonly fresh: (preferred: string) => string;
}

export function createNames(): Names {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  const fresh = (preferred: string): string => {
    let name = preferred;
    for (let count = counts.get(preferred) ?? 1; taken.has(name); count++) {
      name = `${preferred}_${count}`;
      counts.set(preferred, count + 1);
    }
    taken.add(name);
    return name;
  };
  return { take: (name) => taken.add(name), isTaken: (name) => taken.has(name), fresh };
}
