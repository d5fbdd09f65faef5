/**
 * The columns that we look for, under every title that we know for them, best first. Titles are compared by their words:
 * case, points, dashes, `#` and a currency in brackets do not matter.
 */
export type Columns<Field extends string> = {
  /** What the file holds, for messages. */
  name: string;
  titles: Readonly<Record<Field, readonly string[]>>;
  /** Of each group at least one column must be there. */
  required: readonly (readonly Field[])[];
  /** The column that says which way money went: where it is looked for beside, and which one may say it as well. */
  marker?: { field: Field; beside: Field; shared: Field };
  /** What some reports name once for a group of rows, in a line above them. */
  grouped?: Field;
  /** The title to suggest where it is not the best one: the best is a provider's own. */
  shown?: Partial<Record<Field, string>>;
};

const PHONES = `phone|phone no|phone number|mobile|mobile no|mobile number|msisdn|tel|tel no|telephone|cell|cell phone
  |customer phone|payer phone|sender phone|sender number|contact no|contact number|whatsapp|simu|namba ya simu|nambari ya simu`;
const ACCOUNTS = `account|account no|account number|customer account|a c no|a c|acc|acc no|acct|acct no|adm|adm no|admission no
  |admission number|reg no|registration no|student no|member no|membership no|house|house no|unit|unit no|room|room no|plot no
  |meter|meter no|plate|plate no|vehicle reg|akaunti|namba ya akaunti|nambari ya akaunti|nyumba|namba ya nyumba|mita`;
const PEOPLE = `customer|customer name|client|client name|tenant|tenant name|student|student name|pupil|pupil name|member
  |member name|patient|patient name|debtor|party|party name|party s name|contact name|bill to|full name|name|names|mteja|jina la mteja|jina
  |mpangaji|mwanafunzi|mwanachama`;
const IDS = 'customer id|customer no|customer number|customer code|client id|client no|client code|contact id';
const NUMBERS = `invoice no|invoice number|invoice|inv no|inv number|inv|invoice id|bill no|bill number|ankara|namba ya ankara
  |nambari ya ankara`;
const CURRENCIES = 'currency|ccy|currency code|sarafu';
const DETAILS = 'details|memo description|description|particulars|narrative|narration|memo|remarks|notes|maelezo';

const list = (text: string): string[] => text.split('|').map((title) => title.replace(/\s+/g, ' ').trim());

const columns = <Field extends string>(
  name: string,
  titles: Record<Field, string>,
  required: readonly (readonly NoInfer<Field>[])[],
  more?: NoInfer<Pick<Columns<Field>, 'marker' | 'shown' | 'grouped'>>,
): Columns<Field> => {
  const lists = {} as Record<Field, readonly string[]>;
  for (const field in titles) lists[field] = list(titles[field]);
  return { name, titles: lists, required, ...more };
};

export const INVOICE_COLUMNS = columns(
  'invoices',
  {
    number: `${NUMBERS}|document no|doc no|num|reference no|ref no|reference|ref`,
    customerId: IDS,
    account: ACCOUNTS,
    customer: `${PEOPLE}|account name`,
    phone: PHONES,
    balance: `balance|bal|balance due|open balance|amount due|invoice amount due|outstanding|outstanding balance|outstanding amount
      |amount outstanding|pending amount|unpaid|unpaid balance|arrears|o s|o s balance|o s amount|salio|deni|baki
      |kiasi kinachodaiwa`,
    total: `total|invoice total|invoice amount|total amount|grand total|amount|opening amount|amount billed|billed|amount invoiced|gross|kiasi
      |jumla`,
    itemTotal: 'item total|line amount|line total|line item total|item amount',
    paid: 'paid|amount paid|paid amount|paid to date|payments|imelipwa|kilicholipwa',
    due: 'due date|date due|due on|payment due|pay by|due|tarehe ya mwisho|tarehe ya kulipa',
    issued:
      'invoice date|issue date|date issued|issued|issued on|bill date|document date|date|created|tarehe ya ankara|tarehe',
    description: `${DETAILS}|item|service|for|period|month|term|mwezi|muhula`,
    status: 'status|invoice status|state|hali',
    currency: CURRENCIES,
  },
  [['number'], ['customer', 'account', 'customerId', 'phone'], ['balance', 'total']],
  { grouped: 'customer' },
);

export const CUSTOMER_COLUMNS = columns(
  'customers',
  {
    customerId: IDS,
    account: ACCOUNTS,
    name: `${PEOPLE}|account name`,
    phone: PHONES,
    otherPhone: 'phone 2|other phone|alternative phone|alt phone|second phone|mobile 2|simu 2',
    contact: `contact|contact person|parent|parent name|guardian|guardian name|parent guardian|next of kin|director|paid by
      |mzazi|mlezi`,
    contactPhone: 'contact phone|parent phone|guardian phone|next of kin phone|simu ya mzazi',
    kind: 'type|customer type|kind|category|aina',
  },
  [['name', 'account', 'customerId']],
);

export const PAYMENT_COLUMNS = columns(
  'payments',
  {
    receipt: `receipt no|receipt number|receipt|mpesa receipt number|m pesa receipt number|mpesa receipt|mpesa code|m pesa code
      |mpesa ref|transaction id|trans id|transaction code|transaction no|transaction number|confirmation code|receipt code|code
      |transaction reference|transaction ref|risiti|namba ya risiti|nambari ya risiti|namba ya muamala`,
    paidAt: `completion time|transaction date|transaction time|trans time|trans date
      |txn date|tran date|trn date|txn time|payment date|date paid|paid at|paid on
      |date and time|date time|posting date|value date|date|timestamp|received at|tarehe ya malipo|tarehe`,
    time: 'time|saa|initiation time',
    paidIn: `paid in|money in|cr|credit|credit amount|credits|deposit|deposits|amount paid|amount received|received|amount
      |trans amount|transaction amount|paid|kilicholipwa|kiasi|kiasi kilicholipwa|zilizoingia`,
    withdrawn: 'withdrawn|money out|dr|debit|debit amount|debits|withdrawal|withdrawals|paid out|zilizotoka',
    reference: `a c no|bill ref number|account reference|account no|account number|account|acc no|acc|paybill account|reference
      |reference no|reference number|payment reference|customer reference|customer ref|ref|ref no|bank reference|bank reference number
      |bank ref|kumbukumbu|akaunti|namba ya akaunti
      |${NUMBERS}|${ACCOUNTS}`,
    name: `payer|payer name|sender|sender name|paid by|from|customer|customer name|name|names|full name|depositor|jina
      |jina la mlipaji|mlipaji|${PEOPLE}`,
    firstName: 'first name|firstname',
    middleName: 'middle name|middlename',
    lastName: 'last name|lastname|surname',
    phone: PHONES,
    otherParty: 'other party info|other party|counterparty|counter party',
    details: `${DETAILS}|transaction details|transaction description|tran particulars|transaction particulars|narration details`,
    status: 'transaction status|status|state|hali',
    reason: 'reason type|transaction type|trans type|trx type|type|aina ya muamala|aina',
    marker: `dr cr|cr dr|drcr|crdr|d c|c d|dc|debit credit|credit debit|debit or credit|dr cr indicator|cr dr indicator|d c indicator
      |debit credit indicator|credit debit indicator|dr cr flag`,
    linked: `linked transaction id|linked transaction|original transaction id|original transaction|original receipt|reverses
      |reversed receipt|reversal of`,
    currency: CURRENCIES,
    channel: 'channel|payment method|payment channel|method|payment mode|mode|rail|njia|njia ya malipo',
  },
  [['paidAt', 'time'], ['paidIn']],
  { marker: { field: 'marker', beside: 'paidIn', shared: 'reason' }, shown: { paidAt: 'date' } },
);

export type InvoiceField = keyof typeof INVOICE_COLUMNS.titles;
export type CustomerField = keyof typeof CUSTOMER_COLUMNS.titles;
export type PaymentField = keyof typeof PAYMENT_COLUMNS.titles;

/** The words of a title: `Inv. #` is `inv no`, `InvoiceNumber` is `invoice number`, `Amount (KES)` is `amount`. */
export function titleWords(title: string): string {
  const words = title
    .normalize('NFKD')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('#', ' no ')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
  return words.replace(/(?<=.) (?:in )?(?:kes|kshs?|kenya shillings)$/, '').replace(/\bno no$/, 'no');
}

const KNOWN = new Set(
  [INVOICE_COLUMNS, CUSTOMER_COLUMNS, PAYMENT_COLUMNS].flatMap(({ titles }) => Object.values(titles).flat()),
);

export const knowsTitle = (title: string): boolean => KNOWN.has(titleWords(title));

/** Titles of what says whom a row is about. */
const TELLING = new Set([NUMBERS, ACCOUNTS, PEOPLE, IDS, PHONES].flatMap(list));
/** Titles of what no file is read for. */
const PLAIN = new Set(
  list(
    `balance confirmed|ledger balance|running balance|book balance|available balance|actual balance|cleared balance
    |closing balance|email|address|no|s no|sn|vat|tax|terms`,
  ),
);

/** Whether a person should know that a column of this title is not used: it may hold what is looked for. */
export function isMissed(title: string): boolean {
  const words = titleWords(title);
  return TELLING.has(words) || (!KNOWN.has(words) && !PLAIN.has(words) && words !== '');
}

export const isCurrencyTitle = (title: string): boolean =>
  list(CURRENCIES).includes(titleWords(title).replace(/^account /, ''));
