import { line } from '@malipo/values';
import { z } from 'zod';
import { Email, Id, Instant } from './fields.ts';

/** What a person may do in an organisation; the owner may do everything, the viewer only reads. */
export const UserRole = z.enum(['owner', 'admin', 'bookkeeper', 'viewer']).meta({ id: 'UserRole' });
const UserStatus = z.enum(['active', 'invited', 'deactivated']);
export const Locale = z.enum(['en', 'sw']).describe('language of receipts unless a customer chose another');

/** @see NIST SP 800-63B §3.1.1: length counts, composition rules do not */
const NewPassword = z
  .string()
  .min(8, 'at least 8 characters')
  .max(200)
  .refine((text) => text.isWellFormed(), 'contains characters that cannot be written');

const OpaqueToken = z.string().min(1).max(200);

export const OrganisationView = z
  .object({
    id: Id,
    name: z.string(),
    locale: Locale,
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'Organisation' });

export const UserView = z
  .object({
    id: Id,
    organisationId: Id,
    name: z.string(),
    email: z.string(),
    role: UserRole,
    status: UserStatus,
    version: z.int(),
    createdAt: Instant,
    updatedAt: Instant,
  })
  .meta({ id: 'User' });

/** Filters of the user list; all that are given must hold. */
export const UserFilter = z.object({ status: UserStatus, role: UserRole }).partial();
export type UserFilter = z.output<typeof UserFilter>;

export const RegisterRequest = z
  .strictObject({
    organisationName: line(120),
    name: line(120),
    email: Email,
    password: NewPassword,
    locale: Locale.default('en'),
  })
  .meta({
    examples: [
      {
        organisationName: 'Jua Kali Academy',
        name: 'Wanjiru Kamau',
        email: 'wanjiru@juakali.example',
        password: 'a long sentence of yours',
      },
    ],
  });

export const LoginRequest = z.strictObject({ email: Email, password: z.string().min(1).max(200) });

export const RefreshRequest = z.strictObject({ refreshToken: OpaqueToken });
export const LogoutRequest = RefreshRequest;

export const AcceptInviteRequest = z.strictObject({ inviteToken: OpaqueToken, password: NewPassword });

/** What signing in answers. */
export const SessionView = z
  .object({
    accessToken: z.string().describe('send as Authorization: Bearer …'),
    refreshToken: z.string().describe('works once; the answer carries the next one'),
    expiresIn: z.int().describe('seconds that the access token is good for'),
    organisation: OrganisationView,
    user: UserView,
  })
  .meta({ id: 'Session' });

export const MeView = z.object({ organisation: OrganisationView, user: UserView }).meta({ id: 'Me' });

export const ChangeOrganisationRequest = z.strictObject({
  name: line(120).optional(),
  locale: Locale.optional(),
});

export const AddUserRequest = z.strictObject({
  name: line(120),
  email: Email,
  role: UserRole,
  password: NewPassword.optional().describe('left out: the answer carries a one-time invite instead'),
});

export const AddedUserView = UserView.extend({
  inviteToken: z.string().nullable().describe('shown once, good for 7 days; null where a password was given'),
}).meta({ id: 'AddedUser' });

export const ChangeUserRequest = z.strictObject({
  name: line(120).optional(),
  role: UserRole.optional(),
  active: z.boolean().optional().describe('false signs the user out everywhere and locks the account'),
});

/** RFC 7517: the public halves of the keys that sign access tokens. */
export const JwksView = z
  .object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        alg: z.literal('EdDSA'),
        use: z.literal('sig'),
      }),
    ),
  })
  .meta({ id: 'Jwks' });
