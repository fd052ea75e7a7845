export type Topic = "all" | "serve" | "mkdir" | "ls";

/** What `--help` prints, for the whole and for each command. */
export const HELP: Readonly<Record<Topic, string>> = {
  all: `Serves a folder over gRPC, and makes and lists directories in one that is served.

Usage:
  npm run directories -- serve --root DIR --listen ADDRESS …
  npm run directories -- mkdir TARGET PATH
  npm run directories -- ls TARGET [PATH]

Try it, in two terminals:
  npm run directories -- serve --root /tmp --listen 127.0.0.1:12345
  npm run directories -- ls 127.0.0.1:12345 /

More about one command:
  npm run directories -- serve --help

Exit code:
  0  done
  1  the call failed: its status, message and whether it was executed are on stderr
  2  what was typed cannot be done: what to type instead is on stderr
`,

  serve: `Serves one folder. Nothing outside it can be made or listed.

Usage:
  npm run directories -- serve --root DIR --listen ADDRESS … [--max-concurrent-calls N]

Options:
  --root DIR                the folder to serve
  --listen ADDRESS          HOST:PORT (port 0: any free one) or unix:PATH; may be given several times.
                            There is no encryption and no login: whoever can connect can use it
  --max-concurrent-calls N  run at most N calls at once; others wait their turn

Each address is printed once the server listens on it. Ctrl-C or SIGTERM lets calls under way finish
for up to 5 seconds; a second Ctrl-C stops at once.

Example:
  npm run directories -- serve --root /srv/shared --listen 127.0.0.1:12345 --listen unix:/tmp/d.sock
`,

  mkdir: `Makes one directory on a server. Its parent must exist.

Usage:
  npm run directories -- mkdir TARGET PATH [--timeout MS]

  TARGET        the server: HOST:PORT or unix:PATH
  PATH          below the served folder, with or without a leading "/"

Options:
  --timeout MS  give up after so many milliseconds (10000)

Example:
  npm run directories -- mkdir 127.0.0.1:12345 /photos
`,

  ls: `Lists one directory on a server. A name with a trailing "/" is a directory.

Usage:
  npm run directories -- ls TARGET [PATH] [--timeout MS] [--json]

  TARGET        the server: HOST:PORT or unix:PATH
  PATH          below the served folder, with or without a leading "/"; without it, that folder itself

Options:
  --timeout MS  give up after so many milliseconds (10000)
  --json        print [{"name": …, "isDirectory": …}, …] instead, with names as they are

Example:
  npm run directories -- ls unix:/tmp/d.sock /photos
`,
};
