export * from './ids.ts';
export * from './money.ts';
export * from './nairobi-time.ts';
export * from './phone.ts';
export * from './shared.ts';
export * from './text.ts';
