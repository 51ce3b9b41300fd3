import { building } from './building.ts';
import type { FeatureGroup } from './feature.ts';
import { ids } from './ids.ts';
import { places } from './places.ts';
import { running } from './running.ts';
import { sessions } from './sessions.ts';
import { typesAndDiagnostics } from './typesAndDiagnostics.ts';

/** In the order of the table's rows. */
export const featureGroups: readonly FeatureGroup[] = [places, running, sessions, ids, building, typesAndDiagnostics];
