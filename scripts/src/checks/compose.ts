import { z } from 'zod';

type Setting = z.core.$ZodType;

/** The settings that a container's program reads, by environment variable. */
export type Program = { settings: Readonly<Record<string, Setting>> };

const Port = z.string().regex(/^127\.0\.0\.1:(\$\{[A-Z_]+:-\d+\}|\d+):\d+$/, 'must be published on 127.0.0.1');
const Environment = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));
const Build = z.strictObject({
  context: z.literal('.'),
  dockerfile: z.string(),
  args: z.strictObject({ SERVICE: z.string(), FOLDER: z.string().optional() }),
});

const Container = z.strictObject({
  image: z.string().regex(/:.*\d/, 'must name a version').optional(),
  build: Build.optional(),
  command: z.array(z.string()).optional(),
  environment: Environment.default({}),
  ports: z.array(Port).default([]),
  volumes: z.array(z.string()).default([]),
  depends_on: z
    .record(z.string(), z.strictObject({ condition: z.enum(['service_healthy', 'service_started']) }))
    .default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()).min(2) }),
  network_mode: z.string().optional(),
  restart: z.enum(['unless-stopped', 'always', 'no', 'on-failure']).optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().optional(),
  tmpfs: z.array(z.string()).optional(),
  cap_drop: z.array(z.string()).optional(),
  security_opt: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  /** The relative weight of a container's CPU where it is scarce; 1024 unless told otherwise. */
  cpu_shares: z.int().min(2).max(262_144).optional(),
});
type Container = z.output<typeof Container>;

const File = z.looseObject({
  services: z.record(z.string(), Container),
  volumes: z.record(z.string(), z.null()).default({}),
});

/** What else may be interpolated into the file: ports of the infrastructure and of each program. */
const STACK_SETTINGS = ['MALIPO_MONGO_PORT', 'MALIPO_REDIS_PORT', 'MALIPO_KAFKA_PORT'];

/**
 * Checks a compose file against the programs that its containers run, as far as a file can be checked.
 * @param programs by the name that the image is built for: every one of them must be there
 * @param files does a path of the repository exist?
 * @returns what is wrong, in words; nothing when all is well
 */
export function composeProblems(
  document: unknown,
  programs: Readonly<Record<string, Program>>,
  files: (path: string) => boolean,
): string[] {
  const read = File.safeParse(document);
  if (!read.success) return read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const { services, volumes } = read.data;
  const built = new Set(Object.values(services).map((container) => container.build?.args.SERVICE));
  return [
    ...Object.keys(programs)
      .filter((name) => !built.has(name))
      .map((name) => `${name} has no container`),
    ...Object.entries(services).flatMap(([name, container]) =>
      [
        ...referenceProblems(container, services, volumes),
        ...buildProblems(container, programs, files),
        ...settingProblems(container, programs),
      ].map((problem) => `${name}: ${problem}`),
    ),
    ...interpolationProblems(document, programs),
  ];
}

function referenceProblems(
  { depends_on, network_mode, ports, volumes: mounts }: Container,
  services: Readonly<Record<string, Container>>,
  volumes: Readonly<Record<string, unknown>>,
): string[] {
  const shared = network_mode?.replace(/^service:/, '');
  const named = [...Object.keys(depends_on), ...(shared ? [shared] : [])];
  const unknown = named.filter((other) => !(other in services)).map((other) => `there is no ${other} to depend on`);
  const unmade = mounts.flatMap((mount) => {
    const [volume = ''] = mount.split(':');
    return volume in volumes ? [] : [`there is no volume ${volume}`];
  });
  const doubled = shared && ports.length > 0 ? [`ports belong to ${shared}, whose network it shares`] : [];
  return [...unknown, ...unmade, ...doubled];
}

function buildProblems(
  { build, image }: Container,
  programs: Readonly<Record<string, Program>>,
  files: (path: string) => boolean,
): string[] {
  if (!build) return image ? [] : ['has neither an image nor a build'];
  const { SERVICE: program, FOLDER: folder = `services/${program}` } = build.args;
  const wanted = [build.dockerfile, `${folder}/src/main.ts`, `${folder}/package.json`];
  return [
    ...wanted.filter((file) => !files(file)).map((file) => `there is no ${file}`),
    ...(program in programs ? [] : [`nobody knows the program ${program}`]),
  ];
}

function settingProblems({ build, environment }: Container, programs: Readonly<Record<string, Program>>): string[] {
  const program = programs[build?.args.SERVICE ?? ''];
  if (!program) return [];
  const { settings } = program;
  const unknown = Object.keys(environment).filter((name) => !(name in settings));
  const missing = Object.entries(settings).filter(([name, setting]) => isRequired(setting) && !(name in environment));
  const faulty = Object.entries(environment).flatMap(([name, value]) => {
    const text = fixedValue(value);
    const setting = settings[name];
    const result = text === undefined || !setting ? undefined : z.safeParse(setting, text);
    return result?.error ? [`${name}: ${result.error.issues.map((issue) => issue.message).join(', ')}`] : [];
  });
  return [
    ...unknown.map((name) => `${name} is no setting of ${build?.args.SERVICE}`),
    ...missing.map(([name]) => `${name} is required and not given`),
    ...faulty,
  ];
}

const isRequired = (setting: Setting): boolean => !z.safeParse(setting, undefined).success;

/** What a variable is when nobody says anything else; undefined when only the environment can tell. */
function fixedValue(value: string | number | null): string | undefined {
  if (value === null) return undefined;
  return String(value).replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1');
}

function interpolationProblems(document: unknown, programs: Readonly<Record<string, Program>>): string[] {
  const known = new Set([
    ...STACK_SETTINGS,
    ...Object.values(programs).flatMap(({ settings }) => Object.keys(settings)),
  ]);
  const used = [...JSON.stringify(document).matchAll(/\$\{([A-Za-z_]+)([^}]*)\}/g)];
  return used.flatMap(([, name = '', rest = '']) => [
    ...(known.has(name) ? [] : [`\${${name}} is no setting of anything`]),
    // the whole file is interpolated even when only the infrastructure is started
    ...(rest.startsWith(':-') ? [] : [`\${${name}} needs a default, or else "up mongo redis kafka" fails`]),
  ]);
}
