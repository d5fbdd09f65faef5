import { OrganisationCreated } from '@malipo/events';
import { type Cause, ConflictError, isDuplicateKey } from '@malipo/service-kit';
import type { Deps } from '../deps.ts';
import type { Organisation } from '../domain/organisation.ts';
import type { User } from '../domain/user.ts';
import { openSession, type SignedIn } from './open-session.ts';

type Registration = {
  organisationName: string;
  name: string;
  email: string;
  password: string;
  locale: 'en' | 'sw';
  ip: string;
};

/**
 * Makes an organisation with its first owner and signs that owner in.
 * @throws {ConflictError} email_taken
 * @throws {UnavailableError} sign_in_busy
 */
export async function register(deps: Deps, form: Registration, cause: Cause): Promise<SignedIn> {
  const passwordHash = await deps.passwords.hash(form.password);
  const at = deps.now();
  const stamps = { version: 1, createdAt: at, updatedAt: at };
  const organisation: Organisation = { id: deps.newId(), name: form.organisationName, locale: form.locale, ...stamps };
  const owner: User = {
    id: deps.newId(),
    organisationId: organisation.id,
    name: form.name,
    email: form.email,
    role: 'owner',
    status: 'active',
    passwordHash,
    invite: null,
    ...stamps,
  };
  const { id: organisationId, name, locale, version } = organisation;
  const about = { organisationId, subject: { id: organisationId, version }, at, cause };
  await deps.relay
    .commit(async (tx) => {
      await deps.users.insert(owner, tx.session);
      await deps.organisations.insert(organisation, tx);
      tx.tell(OrganisationCreated.create({ organisationId, name, locale }, about));
    })
    .catch(refuseTakenEmail);
  deps.log.info({ organisationId, userId: owner.id }, 'organisation registered');
  return openSession(deps, owner, organisation, form.ip);
}

/** Turns the unique index's refusal into an answer. @throws {ConflictError} email_taken */
function refuseTakenEmail(error: unknown): never {
  throw isDuplicateKey(error) ? emailTaken() : error;
}

/** What an address that has an account is answered. */
export const emailTaken = () =>
  new ConflictError('email_taken', 'this e-mail address already has an account; sign in instead');
