export { apply } from './apply.ts';
export { candidatesFor } from './candidates-for.ts';
export { decide } from './decide.ts';
export { createReferenceIndex, type Named, type ReferenceIndex } from './keys/reference-index.ts';
export { accountKeys, invoiceKeys, type ReferenceKey, referenceKeys } from './keys/reference-keys.ts';
export { DEFAULT_RULES, type Rules } from './rules/rules.ts';
export { createState, type State } from './state.ts';
export { canonicalReference } from './text/fold.ts';
export * from './types.ts';
