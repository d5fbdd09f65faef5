#!/bin/sh
# Ends the servers of one instance when the process that owns them is gone, however it died.
# Standard input is a pipe whose other end only the owner holds, so `read` returns at the owner's death:
# nothing polls, and nothing is left to forget. The owner writes "done" when it has stopped the servers itself.
# The environment says MALIPO_WATCH_DIR (the instance's folder), MALIPO_WATCH_PARTS (which servers are the owner's) and
# MALIPO_WATCH_KEEP (yes keeps the data). The arguments are a command to run at the end.
set -u
dir=${MALIPO_WATCH_DIR:?}
parts=${MALIPO_WATCH_PARTS?}
keep=${MALIPO_WATCH_KEEP:?}

read -r word && [ "$word" = done ] && exit 0

# pids of our own servers: a pid file may be stale, so the command line must name the instance's folder
servers() {
  for part in $parts; do
    pid=$(cat "$dir/$part.pid" 2>/dev/null) || continue
    case "$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)" in
      *"$dir/"*) echo "$pid" ;;
    esac
  done
}

end() {
  for pid in $(servers); do kill "-$1" "$pid" 2>/dev/null; done
}

if [ "$keep" = yes ]; then
  end TERM
  tries=0
  while [ -n "$(servers)" ] && [ "$tries" -lt 50 ]; do
    tries=$((tries + 1))
    sleep 0.2
  done
fi
while [ -n "$(servers)" ]; do
  end KILL
  sleep 0.05
done
[ $# -eq 0 ] || "$@"
[ "$keep" = yes ] || rm -rf "$dir"
