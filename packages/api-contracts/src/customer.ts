import { KraPin, line, Msisdn } from '@malipo/values';
import { z } from 'zod';
import { Email, Id, Instant } from './fields.ts';

const AccountNumber = line(64).describe('what this customer types in the account field; unique in the organisation');

const ContactInput = z.strictObject({
  name: line(),
  phone: Msisdn.nullish(),
  relation: line(60).nullish().describe('parent, tenant, bookkeeper, …'),
});

const customerFields = {
  isCompany: z.boolean(),
  phone: Msisdn.nullable().describe('any usual form; answered as 254… digits'),
  email: Email.nullable(),
  accountNumber: AccountNumber.nullable().describe(
    'the main account number: one that is held already becomes the main one, a new one replaces it; null removes it, and the others stay without a main one',
  ),
  accountNumbers: z
    .array(AccountNumber)
    .max(50)
    .describe('all but the main one, which stays unless accountNumber says otherwise; repeats are dropped'),
  kraPin: KraPin.nullable(),
  contacts: z.array(ContactInput).max(20),
  locale: z.enum(['en', 'sw']).nullable().describe('language of messages; null: the organisation’s'),
};

export const CreateCustomer = z
  .strictObject({ name: line(), ...z.strictObject(customerFields).partial().shape })
  .meta({ examples: [{ name: 'Grace Mutheu', phone: '0712 345 678', accountNumber: 'ADM1001' }] });
export type CreateCustomer = z.output<typeof CreateCustomer>;

/** A field left out stays as it is; null clears it. */
export const ChangeCustomer = z.strictObject({ name: line(), ...customerFields }).partial();
export type ChangeCustomer = z.output<typeof ChangeCustomer>;

export const CustomerView = z.object({
  id: Id,
  name: z.string(),
  isCompany: z.boolean(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  accountNumber: z.string().nullable().describe('the main one; null: there is none'),
  accountNumbers: z.array(z.string()).describe('all of them, the main one, if any, first'),
  kraPin: z.string().nullable(),
  contacts: z.array(z.object({ name: z.string(), phone: z.string().nullable(), relation: z.string().nullable() })),
  locale: z.enum(['en', 'sw']).nullable(),
  version: z.int(),
  createdAt: Instant,
  updatedAt: Instant,
});
export type CustomerView = z.infer<typeof CustomerView>;

/** Filters of the customer list; all that are given must hold. */
export const CustomerFilter = z.object({
  phone: Msisdn.optional().describe('any form; also finds a contact’s number'),
  email: z.string().trim().toLowerCase().max(254).optional(),
  accountNumber: z.string().max(64).optional().describe('case and spaces do not matter'),
  name: z.string().max(200).optional().describe('how the name begins'),
  q: z
    .string()
    .max(200)
    .optional()
    .describe(
      'beginnings of words in names, account numbers, phones (any form) or e-mail; case, accents and spaces do not matter',
    ),
});
export type CustomerFilter = z.output<typeof CustomerFilter>;
