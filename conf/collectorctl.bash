# SPDX-License-Identifier: GPL-3.0-or-later
# bash completion for collectorctl; commands and options come from its --help,
# racks and devices from the daemon, if one answers.
_collectorctl_ids() { # racks|devices
	collectorctl "$1" --q "$cur" --limit 50 --json 2>/dev/null |
		grep -o '"id": *"[^"]*"' | sed 's/.*"\(.*\)"/\1/'
}

_collectorctl_rules() {
	collectorctl alerts rules --json 2>/dev/null |
		grep -o '^      "id": *"[^"]*"' | sed 's/.*"\(.*\)"/\1/'
}

_collectorctl_receivers() {
	collectorctl webhook list --json 2>/dev/null |
		grep -o '^      "name": *"[^"]*"' | sed 's/.*"\(.*\)"/\1/'
}

_collectorctl_alerts() {
	collectorctl alerts --json 2>/dev/null |
		grep -o '^      "id": *"[^"]*"' | sed 's/.*"\(.*\)"/\1/'
}

_collectorctl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} help line word
	local globals='--url --config --plugin-dir --profiles --json --csv --help --version'
	local typed=() i
	for ((i = 1; i < COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		case $word in
		--url | --config | --plugin-dir | --profiles) i=$((i + 1)) ;;
		-*) ;;
		*) typed+=("$word") ;;
		esac
	done
	case $prev in
	--config | --plugin-dir | --profiles | --snmprec | --token-file | --into | --discovered | --file)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--url | --limit | --q | --rate | --timeout) return ;;
	--plugin) mapfile -t COMPREPLY < <(compgen -W 'snmp ipmi' -- "$cur"); return ;;
	--of) mapfile -t COMPREPLY < <(compgen -W 'declared verified' -- "$cur"); return ;;
	--redundancy) mapfile -t COMPREPLY < <(compgen -W '2n n any' -- "$cur"); return ;;
	--rack) mapfile -t COMPREPLY < <(compgen -W "$(_collectorctl_ids racks)" -- "$cur"); return ;;
	--place | --target | --from | --kind | --at | --for | --until | --reason | --note) return ;;
	--severity) mapfile -t COMPREPLY < <(compgen -W 'critical warning info' -- "$cur"); return ;;
	--rule) mapfile -t COMPREPLY < <(compgen -W "$(_collectorctl_rules)" -- "$cur"); return ;;
	--receiver) mapfile -t COMPREPLY < <(compgen -W "$(_collectorctl_receivers)" -- "$cur"); return ;;
	--to)
		[[ ${typed[0]} == restore ]] || return
		compopt -o dirnames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	--config-files) mapfile -t COMPREPLY < <(compgen -W 'yes no' -- "$cur"); return ;;
	esac
	help=$(collectorctl --help 2>/dev/null | grep -E '^  [a-z]')
	if [ ${#typed[@]} -eq 0 ]; then
		mapfile -t COMPREPLY < <(compgen -W "$globals $(awk '{ print $1 }' <<<"$help")" -- "$cur")
		return
	fi
	line=$(grep -E "^  ${typed[*]:0:2}( |\$)" <<<"$help" || grep -E "^  ${typed[0]} " <<<"$help")
	if [ ${#typed[@]} -eq 1 ] && [[ ${typed[0]} == profile || ${typed[0]} == store || ${typed[0]} == import ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(awk '{ print $2 }' <<<"$line")" -- "$cur")
		return
	fi
	case "${typed[*]}" in
	alerts | silence | webhook)
		word=$(awk '$2 ~ /^[a-z]+$/ { print $2 }' <<<"$line")
		line=$(awk '$2 !~ /^[a-z]+$/' <<<"$line")
		;;
	"alerts show" | "alerts ack" | "alerts unack" | "explain alert") word=$(_collectorctl_alerts) ;;
	"alerts replay") word=$(_collectorctl_rules) ;;
	"webhook test") word=$(_collectorctl_receivers) ;;
	explain) word='rack device alert' ;;
	whatif) word='lose-feed lose-device lose-node lose-rack remove-rack derate-node add' ;;
	"whatif lose-rack" | "whatif remove-rack") word=$(_collectorctl_ids racks) ;;
	"whatif lose-device") word=$(_collectorctl_ids devices) ;;
	"explain rack") word=$(_collectorctl_ids racks) ;;
	"explain device" | poll | events) word=$(_collectorctl_ids devices) ;;
	backup | restore | "profile test")
		compopt -o dirnames
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		return
		;;
	"import csv"*)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	*) word= ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "--json $word $(grep -oE -- '--[a-z_-]+' <<<"$line")" -- "$cur")
}
complete -F _collectorctl collectorctl
