export * from './gateway.ts';
export * from './identity.ts';
