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
  const fresh = (wanted: string): string => {
    let name = values.fresh(wanted);
    while (nodes.isTaken(name)) name = values.fresh(wanted);
    nodes.take(name);
    return name;
  };
  return { ...values, values, nodes, fresh };
}
