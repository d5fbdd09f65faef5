import { KraPin, line, Msisdn } from '@malipo/values';
import { z } from 'zod';
import { Id, Instant } from './fields.ts';

const AccountNumber = line(64).describe('what this customer types in the account field; unique in the organisation');

const ContactInput = z.strictObject({
  name: line(),
  phone: Msisdn.nullish(),
  relation: line(60).nullish().describe('parent, tenant, bookkeeper, …'),
});

const customerFields = {
  isCompany: z.boolean(),
  phone: Msisdn.nullable().describe('any usual form; answered as 254… digits'),
  email: z.email().max(254).toLowerCase().nullable(),
  accountNumber: AccountNumber.nullable().describe('the main account number'),
  accountNumbers: z.array(AccountNumber).max(50).describe('others; merged with the main one, without repeats'),
  kraPin: KraPin.nullable(),
  contacts: z.array(ContactInput).max(20),
  locale: z.enum(['en', 'sw']).nullable().describe('language of messages; null: the organisation’s'),
};

export const CreateCustomer = z.strictObject({ name: line(), ...z.strictObject(customerFields).partial().shape });
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
  accountNumber: z.string().nullable().describe('the main one'),
  accountNumbers: z.array(z.string()).describe('all of them, the main one first'),
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
  email: z.string().max(254).toLowerCase().optional(),
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
