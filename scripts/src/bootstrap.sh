# Sourced by the launchers: makes sure that what pnpm-lock.yaml says is installed, whatever folder they stand in, and has
# Node keep what it compiles. With nothing to do it is silent and takes a few milliseconds.

malipo_root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
malipo_stamp=node_modules/.malipo-lock

malipo_installed() {
  [ -x node_modules/.bin/node ] || return 1
  # pnpm keeps a copy of the lock file that it installed; ours is for the machines where it leaves packages out of that copy
  cmp -s pnpm-lock.yaml node_modules/.pnpm/lock.yaml || cmp -s pnpm-lock.yaml "$malipo_stamp"
}

malipo_install() {
  malipo_installed && return 0
  if ! command -v npx >/dev/null; then
    echo 'error: npx is not here; install Node.js 20 or newer, which brings it' >&2
    return 1
  fi
  mkdir -p .malipo
  (
    # two launchers started together must not install into one folder at the same time
    if command -v flock >/dev/null; then flock 9; fi
    malipo_installed && exit 0
    echo 'installing dependencies; this happens once per change of pnpm-lock.yaml' >&2
    if ! npx -y pnpm@12 install --frozen-lockfile --reporter=append-only >.malipo/install.log 2>&1 9>&-; then
      tail -n 20 .malipo/install.log >&2
      echo 'error: the installation failed; all it said is in .malipo/install.log' >&2
      exit 1
    fi
    cp pnpm-lock.yaml "$malipo_stamp"
    echo 'installed' >&2
  ) 9>.malipo/install.lock
}

(cd "$malipo_root" && malipo_install)

# a third of what a start costs is stripping types and compiling: docs/adr/0005-no-build-step.md
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$malipo_root/.malipo/cache/compiled}"
