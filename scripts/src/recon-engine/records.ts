/** The benchmark's files and lines, as they are on disk. Money is integer cents; times are ISO with an offset. */
export type RawCustomer = {
  id: string;
  tenant_id: string;
  name: string;
  is_company: boolean;
  contact_name: string | null;
  phone: string | null;
  account_no: string | null;
};

export type RawInvoice = {
  id: string;
  tenant_id: string;
  customer_id: string;
  number: string;
  issue_date: string;
  due_date: string;
  description: string;
  currency: string;
  amount_cents: number;
  balance_cents: number;
};

export type RawRequest = {
  checkout_request_id: string;
  tenant_id: string;
  invoice_id: string;
  amount_cents: number;
  requested_at: string;
};

export type RawPayment = {
  id: string;
  tenant_id: string;
  channel: 'mpesa_c2b' | 'mpesa_till' | 'mpesa_stk' | 'airtel' | 'bank';
  type: 'payment' | 'reversal';
  trans_id: string;
  trans_time: string;
  received_at: string;
  amount_cents: number;
  currency: string;
  reference: string | null;
  narrative: string | null;
  msisdn: string | null;
  payer_first: string | null;
  payer_middle: string | null;
  payer_last: string | null;
  checkout_request_id: string | null;
  reverses_trans_id: string | null;
};

export type RawAllocation = { invoice: string; amount_cents: number };

export type RawHistory = {
  payment: RawPayment;
  allocations: RawAllocation[];
  unapplied_cents: number;
  customer_id: string | null;
};

export type RawFeedback = {
  payment_id: string;
  outcome: 'apply' | 'credit' | 'unmatched' | 'duplicate' | 'reversal';
  customer_id: string | null;
  allocations: RawAllocation[];
};

export type RawPrediction = {
  decision: 'auto' | 'suggest' | 'none';
  confidence: number;
  allocations: RawAllocation[];
  customer_id: string | null;
  /** Beyond the protocol: why, in the engine's words. */
  reason: string;
  guards: readonly string[];
};

/** A dataset without its answers. */
export type RawDataset = {
  customers: RawCustomer[];
  invoices: RawInvoice[];
  requests: RawRequest[];
  history: RawHistory[];
};
