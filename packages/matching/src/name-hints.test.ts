import { describe, expect, it } from 'vitest';
import { decide } from './decide.ts';
import { payerKeys } from './index/payments.ts';
import { business, customer, invoice, payment, RENT } from './testing/business.ts';

it('a full name of which a part is another is only a hint, unless the amount fits', () => {
  const state = business(
    ...RENT,
    customer('d', 'Denis Korir Kimani', { phones: ['254745000222'] }),
    invoice('fd', 'd', 'INV-2026-00903', 251_000),
  );
  const other = { number: { form: 'full', value: '254799000333' }, payerNames: ['FATUMA'] } as const;
  const isHint = (reference: string, amountCents = 320_000) =>
    decide(state, payment({ ...other, reference, amountCents })).guards.includes('hint-only');
  expect(isHint('Dennis Chebet Kimani')).toBe(true);
  expect(isHint('Dennis Chebet Kimani', 251_000)).toBe(false);
  for (const same of ['Dennis Kimani', 'Dennis Korir Kimani', 'Dennis Kimani Kor']) expect(isHint(same)).toBe(false);
});

it('a bank’s payer with two names of a customer and one of somebody else’s is only a hint, also where the amount fits', () => {
  const state = business(
    ...RENT,
    customer('w', 'Grace Wafula Masinde', { contacts: [{ name: 'Naomi Masinde Wekesa' }] }),
    customer('f', 'Faith Barasa'),
    customer('o', 'Geoffrey Moraa Omwenga'),
    invoice('io', 'o', 'INV-2026-00904', 264_000),
    invoice('iw', 'w', 'INV-2026-00903', 251_000),
  );
  const isHint = (narrative: string, amountCents = 251_000) => {
    const line = { channel: 'bank', number: { form: 'none', value: '' }, payerNames: [], reference: null } as const;
    return decide(state, payment({ ...line, narrative, amountCents })).guards.includes('hint-only');
  };
  expect(isHint('EFT CREDIT FAITH MASINDE WAFULA 4609348473')).toBe(true);
  expect(isHint('EFT CREDIT SUSAN MORAA OMWENGA', 264_000)).toBe(true);
  for (const theirs of ['MORAA OMWENGA', 'G MORAA OMWENGA', 'OMWENGA MORAA', 'GEOFREY MORAA OMWENGA'])
    expect(isHint(`EFT CREDIT ${theirs}`, 264_000)).toBe(false);
  for (const theirs of ['GRACE MASINDE', 'GRACE WAFULA SAVINGS EMBAKASI', 'WEKESA MASINDE GRACE'])
    expect(isHint(`EFT CREDIT ${theirs}`)).toBe(false);
});

describe('a name that is only like one of ours', () => {
  const state = business(
    ...RENT,
    customer('j', 'Juma Njenga Kilonzo', { phones: ['254711075980'] }),
    customer('r', 'Rose Kiptoo', { phones: ['254116937971'] }),
    invoice('fj', 'j', 'INV-2026-00903', 251_000),
    invoice('fr', 'r', 'INV-2026-00904', 184_000, { description: 'Rent September 2026' }),
  );
  const guards = (payerNames: string[], reference: string, amountCents: number, value = '254799000333') => {
    const form = value.includes('*') ? 'masked' : 'full';
    return decide(state, payment({ number: { form, value }, payerNames, reference, amountCents })).guards;
  };

  it('beside a typed name that is not theirs either is a hint, also where the amount fits', () => {
    const juma = ['JUMA', 'NJENGA', 'KIMANI'];
    expect(guards(juma, 'Paul Kamau Kilonzo', 251_000)).toContain('hint-only');
    expect(guards(juma, 'rent', 251_000)).not.toContain('hint-only');
  });

  it('and has one more is a hint where the amount is not theirs', () => {
    const rose = ['ROSE', 'KIPTOO', 'HASSAN'];
    expect(guards(rose, 'september', 244_000)).toContain('hint-only');
    expect(guards(rose, 'september', 184_000)).not.toContain('hint-only');
    expect(guards(['ROSE', 'KIPTOO'], 'september', 244_000)).not.toContain('hint-only');
  });

  it('by one of three is a hint beside a mask that fits', () => {
    const masked = '2547*****980';
    expect(guards(['PETER', 'OTIENO', 'KILONZO'], 'rent', 251_000, masked)).toContain('hint-only');
    expect(guards(['JUMA'], 'rent', 251_000, masked)).not.toContain('hint-only');
    expect(guards(['JUMA', 'KILONZO'], 'rent', 251_000, masked)).not.toContain('hint-only');
  });
});

it('a mask and a first name decide nothing where many of that name owe the same', () => {
  const masked = payment({
    reference: 'payment',
    amountCents: 640_000,
    number: { form: 'masked', value: '2547*****333' },
    payerNames: ['GRACE'],
  });
  const guards = (namesakes: number) =>
    decide(
      business(
        ...RENT,
        customer('m1', 'Grace Auma', { phones: ['254745111333'] }),
        invoice('g1', 'm1', 'INV-2026-00911', 640_000),
        ...Array.from({ length: namesakes }, (_, n) => [
          customer(`o${n}`, `Grace Family${'abcdef'[n]}`, { phones: [`25474620000${n}`] }),
          invoice(`og${n}`, `o${n}`, `INV-2026-01${n + 100}`, 640_000),
        ]).flat(),
      ),
      masked,
    ).guards;
  expect(guards(2)).not.toContain('hint-only');
  expect(guards(3)).toContain('hint-only');
});

it('a mask with two digits at its end and a first name are a hint, unless it shows more of the beginning', () => {
  const state = business(
    ...RENT,
    customer('m1', 'Grace Auma', { phones: ['254745111333'] }),
    customer('m2', 'Grace Okello', { phones: ['254745111833'] }),
    invoice('g1', 'm1', 'INV-2026-00911', 640_000),
  );
  const guards = (value: string) =>
    decide(
      state,
      payment({ reference: 'rent', amountCents: 640_000, number: { form: 'masked', value }, payerNames: ['GRACE'] }),
    ).guards;
  expect(guards('2547*****33')).toContain('hint-only');
  for (const telling of ['254745*****33', '2547*****333', '*****333'])
    expect(guards(telling)).not.toContain('hint-only');
});

it('a mask with two digits at its end proposes whoever has that end, and teaches no habit', () => {
  const facts = [
    ...RENT,
    customer('m1', 'Grace Auma', { phones: ['254745111333'] }),
    invoice('g1', 'm1', 'INV-2026-00911', 640_000),
  ];
  const masked = { number: { form: 'masked', value: '2547*****33' }, payerNames: ['PETER'] } as const;
  const paid = decide(business(...facts), payment({ ...masked, reference: 'rent', amountCents: 640_000 }));
  expect(paid).toMatchObject({ outcome: 'suggested', proposal: { customerId: 'm1' } });
  expect(payerKeys(payment(masked))).toEqual([]);
});

describe('a mask and a first name beside a number that is nobody’s', () => {
  const state = business(
    ...RENT,
    customer('m', 'Grace Auma', { phones: ['254745111333'], accountNumbers: ['W233424', 'F12'] }),
    invoice('gm', 'm', 'INV-2026-00911', 640_000),
  );
  const grace = { number: { form: 'masked', value: '2547*****333' }, payerNames: ['GRACE'] } as const;
  const guards = (reference: string) => decide(state, payment({ ...grace, reference, amountCents: 640_000 })).guards;

  it.each(['W781903', 'meter 781903', 'house H45', 'INV-2026-00777'])('is a hint of somebody else: %s', (reference) => {
    expect(guards(reference)).toContain('hint-only');
  });

  it.each(['W23342', 'meter 233524', 'house F13', 'INV-2026-00912', 'rent', 'rent 12/8/2026', '2 months'])(
    'is none where that is a slip of theirs, or no number of anybody’s: %s',
    (reference) => expect(guards(reference)).not.toContain('hint-only'),
  );
});
