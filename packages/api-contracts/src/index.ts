export * from './gateway.ts';
export * from './identity.ts';
export * from './notification.ts';
