export * from './catalogue.ts';
export * from './identity-events.ts';
export * from './invoice-events.ts';
export * from './notification-events.ts';
export * from './payment-events.ts';
export * from './reconciliation-events.ts';
