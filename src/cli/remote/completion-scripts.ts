/** What `redoubt completion SHELL` prints: each asks `redoubt __complete` for what the words so far could go on with. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, string>> = {
  // The words are parted here and not by Bash, which also parts them at the colon of HOST:PORT, and replaces only what
  // stands behind the last one.
  bash: `_redoubt() {
  local line=\${COMP_LINE:0:COMP_POINT} words=() current prefix candidate
  read -ra words <<<"$line"
  if [[ $line == *[[:space:]] ]]; then words+=(""); fi
  current=\${words[\${#words[@]} - 1]}
  prefix=\${current%"\${current##*[:=]}"}
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    COMPREPLY+=("\${candidate#"$prefix"}")
  done < <(redoubt __complete -- "\${words[@]:1}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == */ ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -o default -F _redoubt redoubt
`,
  zsh: `#compdef redoubt
_redoubt() {
  local -a whole open
  local candidate
  for candidate in "\${(@f)$(redoubt __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    candidate=\${candidate%%$'\\t'*}
    if [[ $candidate == */ ]]; then open+=("$candidate"); elif [[ -n $candidate ]]; then whole+=("$candidate"); fi
  done
  if (( \${#whole} + \${#open} == 0 )); then _files; return; fi
  compadd -S '' -a open
  compadd -a whole
}
compdef _redoubt redoubt
`,
  fish: `function __redoubt_complete
    set -l words (commandline -opc)
    redoubt __complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c redoubt -a '(__redoubt_complete)'
`,
};
