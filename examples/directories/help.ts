export type Topic = "all" | "serve" | "mkdir" | "forget" | "ls";

/** What `--help` prints, for the whole and for each command. */
export const HELP: Readonly<Record<Topic, string>> = {
  all: `Serves a folder over gRPC, and makes and lists directories in one that is served.

Usage:
  npm run directories -- serve --root DIR --listen ADDRESS …
  npm run directories -- mkdir TARGET PATH
  npm run directories -- forget DIR KEY
  npm run directories -- ls TARGET [PATH]

Directories are made exactly once: a call is repeated until its answer is there, also after a crash of the
server, and with "mkdir --durable DIR" after a crash of the caller.

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
  npm run directories -- serve --root DIR --listen ADDRESS … [--journal DIR]
                               [--max-concurrent-calls N]

Options:
  --root DIR                the folder to serve
  --journal DIR             where the server remembers calls, to answer each exactly once. It is made if
                            missing, and may not lie within --root. Keep it, also when the server is moved.
                            Without it: a folder for this root, below ~/.local/state/redoubt-directories
  --listen ADDRESS          HOST:PORT (port 0: any free one) or unix:PATH; may be given several times.
                            There is no encryption and no login: whoever can connect can use it
  --max-concurrent-calls N  run at most N calls at once; others wait their turn

Each address is printed once the server listens on it. Ctrl-C or SIGTERM lets calls under way finish
for up to 5 seconds; a second Ctrl-C stops at once.

Example:
  npm run directories -- serve --root /srv/shared --journal /srv/journal --listen 127.0.0.1:12345
`,

  mkdir: `Makes one directory on a server, exactly once. Its parent must exist.

Usage:
  npm run directories -- mkdir TARGET PATH [--timeout MS] [--durable DIR [--key KEY]]

  TARGET        the server: HOST:PORT or unix:PATH
  PATH          below the served folder, with or without a leading "/"

Options:
  --timeout MS  stop waiting after so many milliseconds (10000)
  --durable DIR write the call to this folder before it is sent, so that it outlives this process. The next
                mkdir with the same folder first brings to an end what was left open. As long as the server
                has not been reached nothing is written, and nothing sent
  --key KEY     the name of this call in that folder: the same key is the same call, with the same answer,
                until "forget DIR KEY"

Examples:
  npm run directories -- mkdir 127.0.0.1:12345 /photos
  npm run directories -- mkdir 127.0.0.1:12345 /orders/17 --durable ~/calls --key order-17
`,

  forget: `Forgets what a key stands for in the folder of "mkdir --durable": with it, mkdir makes a new call then.
A call that has no answer yet is made all the same.

Usage:
  npm run directories -- forget DIR KEY

Example:
  npm run directories -- forget ~/calls order-17
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
