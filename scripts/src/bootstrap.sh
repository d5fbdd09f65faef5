# Sourced by the launchers, in the repository's root: makes sure that what pnpm-lock.yaml says is installed. With nothing to
# do it is silent and takes a few milliseconds.

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

malipo_install
