const CODES = new Set(Intl.supportedValuesOf('currency'));

/** ISO 4217 of what a file calls a currency: `USD`, `Ksh`, `shillings`; null for what is none. */
export function readCurrency(text: string): string | null {
  const code = text.toUpperCase();
  if (/^(?:KSHS?|SHS?|SHILLINGS?)\.?$/.test(code)) return 'KES';
  return CODES.has(code) ? code : null;
}
