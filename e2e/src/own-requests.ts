import {
  type ApiDocument,
  fieldsOf,
  isId,
  type Operation,
  resolved,
  type Schema,
  sample,
  withField,
} from './openapi.ts';
import { idOf, nearestIds, type VisibleData } from './visible-data.ts';

/** Builds requests that are right for whoever sees `data`, and such as name something of others. */
export function createOwnRequests(document: ApiDocument, data: VisibleData) {
  const ownId = (name: string, schema: Schema): string | undefined =>
    isId(name, schema) ? (idOf(data, name) ?? data.ids[0]) : undefined;

  const containsId = (schema: Schema): boolean => {
    const here = resolved(document, schema);
    return isId('', here) || fieldsOf(document, here).some(({ at, schema: field }) => isId(at.at(-1) ?? '', field));
  };

  const idFields = ({ body }: Operation) =>
    body ? fieldsOf(document, body).filter(({ at, schema }) => isId(at.at(-1) ?? '', resolved(document, schema))) : [];

  /** A body that is right for us: what is required, and whatever names something of ours. */
  const body = (operation: Operation): unknown =>
    operation.body && sample(document, operation.body, { wants: containsId, pick: ownId });

  return {
    body,
    idFields,

    /** Bodies with one id in them that is not ours: beside all that is right, and alone. */
    foreignBodies(operation: Operation, id: string): unknown[] {
      if (!operation.body) return [];
      const required = sample(document, operation.body, { wants: () => false, pick: ownId });
      return idFields(operation).flatMap(({ at }) => [
        withField(body(operation), at, id),
        ...(at.length === 1 ? [withField(required, at, id)] : []),
      ]);
    },

    /** Ids of ours that a path may be filled with. */
    idsOnPath: (path: string): string[] => (path.includes('{') ? nearestIds(data, path) : ['']),
  };
}

export type OwnRequests = ReturnType<typeof createOwnRequests>;
