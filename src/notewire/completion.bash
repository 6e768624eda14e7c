# Completion of notewire's line.  What there is it asks the program, which
# prints one command a line: two blanks, its one or two names, what comes behind.

_notewire_commands()
{
	notewire --help 2>/dev/null | sed -n 's/^  \([a-z].*\)/\1/p'
}

_notewire()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
	local common='--config --set --json --help' word line names=() skip=

	case $previous in
	--config)
		compopt -o default
		return
		;;
	--set)
		compopt -o nospace
		COMPREPLY=($(compgen -S = -W "$(notewire config list \
		    2>/dev/null | cut -d ' ' -f 1)" -- "$current"))
		return
		;;
	esac
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		if [[ $skip ]]; then
			skip=
		elif [[ $word == --config || $word == --set ]]; then
			skip=yes
		elif [[ $word != -* ]]; then
			names+=("$word")
		fi
	done
	case ${#names[@]} in
	0)
		COMPREPLY=($(compgen -W "$(_notewire_commands |
		    cut -d ' ' -f 1) $common --version" -- "$current"))
		return
		;;
	1)
		COMPREPLY=($(compgen -W "$(_notewire_commands |
		    sed -n "s/^${names[0]} \([a-z]*\).*/\1/p")" -- "$current"))
		((${#COMPREPLY[@]})) && return
		;;
	esac
	line=$(_notewire_commands | grep -E "^${names[0]}( ${names[1]-} | |\$)" |
	    grep -E "^${names[0]} (${names[1]-nothing} |[^a-z]|\$)" | head -n 1)
	if [[ $current == -* ]]; then
		COMPREPLY=($(compgen -W "$(grep -oE -e '--[a-z]+' <<<"$line") \
		    $common" -- "$current"))
		return
	fi
	case $line in
	config\ get*)
		COMPREPLY=($(compgen -W "$(notewire config list 2>/dev/null |
		    cut -d ' ' -f 1)" -- "$current"))
		;;
	*BOARD*)
		COMPREPLY=($(compgen -W "$(notewire board list 2>/dev/null |
		    cut -d ' ' -f 1)" -- "$current"))
		;;
	*FILE* | *DIRECTORY*)
		compopt -o default
		;;
	esac
}

complete -F _notewire notewire
