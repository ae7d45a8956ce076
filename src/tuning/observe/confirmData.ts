import { closedObject } from '../../core/schema.js';
import { changeSetSchema } from '../changeset/changeSet.js';

/** `data` of config confirm. */
export const confirmData = closedObject({ changeset: changeSetSchema });
