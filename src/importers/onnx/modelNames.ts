import { createNames, type Names } from '../../graph/ir/names.ts';

/**
 * Names that are unique in the whole model, including loop bodies: no two values share a name, and no two nodes do, because dynamic axes
 * are named after nodes. As {@link Names}, it supplies names to the editor, which names a node after its first output.
 */
export interface ModelNames extends Names {
  readonly values: Names;
  readonly nodes: Names;
}

export function createModelNames(): ModelNames {
  const values = createNames();
  const nodes = createNames();
  const fresh = (preferred: string): string => {
    let name = values.fresh(preferred);
    while (nodes.isTaken(name)) name = values.fresh(preferred);
    nodes.take(name);
    return name;
  };
  return { ...values, values, nodes, fresh };
}
