export type Organisation = {
  id: string;
  name: string;
  locale: 'en' | 'sw';
  version: number;
  createdAt: Date;
  updatedAt: Date;
};

export type OrganisationChange = { name?: string | undefined; locale?: 'en' | 'sw' | undefined };

/** @returns undefined where the change changes nothing */
export function changeOrganisation(
  organisation: Organisation,
  change: OrganisationChange,
  at: Date,
): Organisation | undefined {
  const name = change.name ?? organisation.name;
  const locale = change.locale ?? organisation.locale;
  if (name === organisation.name && locale === organisation.locale) return undefined;
  return { ...organisation, name, locale, version: organisation.version + 1, updatedAt: at };
}
