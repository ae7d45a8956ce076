import { closedObject, nullable } from './core/schema.js';
import { doctorSchema } from './inspect/doctor.js';
import { patroniSeenSchema } from './patroni/seenData.js';

/** `data` of doctor. */
export const doctorData = closedObject({
  ...doctorSchema.properties,
  patroni: nullable(patroniSeenSchema),
});
