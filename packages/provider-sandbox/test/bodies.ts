import { z } from 'zod';

const text = z.string().optional();
/** Codes come as numbers or as text, which is one of Daraja's quirks. */
const code = z.union([z.string(), z.number()]).optional();

/** What the providers answer, as far as a test looks into it; whatever else they say is let through. */
const Answer = z.looseObject({
  access_token: text,
  errorCode: text,
  errorMessage: text,
  error: text,
  errors: z.array(z.looseObject({ field: text.nullable() })).optional(),
  ResponseCode: code,
  ResultCode: code,
  CheckoutRequestID: text,
  SMSMessageData: z
    .looseObject({ Message: text, Recipients: z.array(z.looseObject({ statusCode: z.number(), messageId: text })) })
    .optional(),
  receipt: text,
  publicKey: text,
  checkoutRequestId: text,
  Response: z.array(z.array(z.looseObject({ billreference: text }))).optional(),
});
export type Answer = z.infer<typeof Answer>;

/** A confirmation or validation as it is posted to us, as far as a test looks into it. */
const Posted = z.looseObject({ TransID: text, TransTime: text, BillRefNumber: text, MSISDN: text });
export type Posted = z.infer<typeof Posted>;

const Item = z.object({ Name: z.string(), Value: z.unknown().optional() });
const StkCallback = z.looseObject({
  ResultCode: z.union([z.string(), z.number()]),
  CallbackMetadata: z.looseObject({ Item: z.array(Item) }).optional(),
});
export type StkCallback = z.infer<typeof StkCallback>;

const Parameter = z.looseObject({ Key: z.string(), Value: z.unknown().optional() });
const oneOrMore = <Schema extends z.ZodType>(schema: Schema) => z.union([schema, z.array(schema)]);
/** What the initiator's calls end with. */
const Result = z.looseObject({
  ResultCode: z.union([z.string(), z.number()]),
  TransactionID: text,
  ResultParameters: z.looseObject({ ResultParameter: oneOrMore(Parameter) }).optional(),
  ReferenceData: z.looseObject({ ReferenceItem: oneOrMore(Parameter) }).optional(),
});
export type Result = z.infer<typeof Result>;

/** Values of a result's parameter, which may be there more than once. */
export const valuesOf = (result: Result | undefined, key: string): unknown[] =>
  [result?.ResultParameters?.ResultParameter ?? []]
    .flat()
    .filter(({ Key }) => Key === key)
    .map(({ Value }) => Value);

const isObject = (json: unknown): boolean => typeof json === 'object' && json !== null && !Array.isArray(json);

/** A list, or what is no JSON, says nothing. */
export const answerIn = (json: unknown): Answer => (isObject(json) ? Answer.parse(json) : {});
export const answersIn = (json: unknown): Answer[] => z.array(Answer).parse(json);
export const stkCallbackIn = (json: unknown): StkCallback =>
  z.object({ Body: z.object({ stkCallback: StkCallback }) }).parse(json).Body.stkCallback;
export const resultIn = (json: unknown): Result => z.object({ Result }).parse(json).Result;
export const postedIn = (json: unknown): Posted => (isObject(json) ? Posted.parse(json) : {});
