/** Codes of problems that partners branch on, by status. */
export type Codes = { readonly 409?: readonly string[]; readonly 422?: readonly string[] };

type Takes = { writes: boolean; ifMatch: boolean; cursor: boolean; idempotent: boolean };

/** All codes of a route under 409 and 422: those of its own rules, and those of what the kit does for it. */
export const codesOf = (own: Codes = {}, { writes, ifMatch, cursor, idempotent }: Takes): Required<Codes> => ({
  409: [
    ...(own[409] ?? []),
    ...(writes ? ['race_lost'] : []),
    ...(idempotent ? ['idempotency_key_running', 'idempotency_outcome_unknown'] : []),
  ],
  422: [
    ...(own[422] ?? []),
    ...(cursor ? ['cursor_invalid'] : []),
    ...(ifMatch ? ['if_match_invalid'] : []),
    ...(idempotent ? ['idempotency_key_invalid', 'idempotency_key_reused'] : []),
  ],
});
