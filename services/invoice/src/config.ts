import { portSetting } from '@malipo/service-kit';

/** Settings of its own; everything else is the kit's. */
export const config = { MALIPO_INVOICE_PORT: portSetting(8082) };
