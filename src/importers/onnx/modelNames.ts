import { createNames, type Names } from '../../graph/ir/names.ts';

/**
 * Names that are unique in a whole model, bodies of loops included: no two values share one, and no two nodes, since free axes are named
 * after nodes. As {@link Names} it serves what an editor emits, where a node has the name of its first output.
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
