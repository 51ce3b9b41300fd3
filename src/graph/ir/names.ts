/** Generates names that are unique in the model. */
export interface Names {
  /** Marks a name of the model as used. */
  readonly take: (name: string) => void;
  readonly isTaken: (name: string) => boolean;
  /** The wanted name, with a number appended if it is already used. */
  readonly fresh: (wanted: string) => string;
}

export function createNames(): Names {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let count = counts.get(wanted) ?? 1; taken.has(name); count++) {
      name = `${wanted}_${count}`;
      counts.set(wanted, count + 1);
    }
    taken.add(name);
    return name;
  };
  return { take: (name) => taken.add(name), isTaken: (name) => taken.has(name), fresh };
}
