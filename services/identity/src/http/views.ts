import type { SignedIn } from '../commands/open-session.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { User } from '../domain/user.ts';

export const toOrganisationView = (organisation: Organisation) => ({
  id: organisation.id,
  name: organisation.name,
  locale: organisation.locale,
  version: organisation.version,
  createdAt: organisation.createdAt.toISOString(),
  updatedAt: organisation.updatedAt.toISOString(),
});

export const toUserView = (user: User) => ({
  id: user.id,
  organisationId: user.organisationId,
  name: user.name,
  email: user.email,
  role: user.role,
  status: user.status,
  version: user.version,
  createdAt: user.createdAt.toISOString(),
  updatedAt: user.updatedAt.toISOString(),
});

export const toSessionView = ({ accessToken, refreshToken, expiresIn, organisation, user }: SignedIn) => ({
  accessToken,
  refreshToken,
  expiresIn,
  organisation: toOrganisationView(organisation),
  user: toUserView(user),
});
