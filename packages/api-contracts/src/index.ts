export * from './analytics.ts';
export * from './gateway.ts';
export * from './identity.ts';
export * from './invoice.ts';
export * from './notification.ts';
export * from './payment.ts';
export * from './reconciliation.ts';
