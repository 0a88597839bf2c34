# SPDX-License-Identifier: GPL-2.0-only
#
# Why hooks cannot be installed, or stop working: a function that a live patch holds, ftrace
# switched off, invalid parameters.

. ./lib.sh

needs_module
trap 'rmmod rdmacg_holder 2> /dev/null; loaded || modprobe rdmacg_oot; finish' EXIT

for parameter in hook=nonsense hierarchy=nonsense enforce=x; do
	rmmod rdmacg_oot
	log_mark
	no "the module does not load with $parameter" modprobe rdmacg_oot $parameter
	like "with $parameter, the log says why it does not load" "$(log_since)" '*rdmacg_oot: *'
	no "with $parameter, no directory is left" test -e $DEBUGFS
	loaded || modprobe rdmacg_oot
done

# Functions held by a live patch; rdmacg_holder redirects a function in the same way.
if [ "$(status 'hook backend')" != ftrace ]; then
	skip 'the module does not load if a live patch holds a function' 'not hooked through ftrace'
elif ! modinfo rdmacg_holder > /dev/null 2>&1; then
	skip 'the module does not load if a live patch holds a function' \
		'the module rdmacg_holder is not installed'
else
	# A hook need not have the name of its function, so that is found by its address. The hook
	# of the module's own function is left out.
	mapfile -t hooks < <(sed -n '/rdmacg_oot:/d; s/^hook: \([^ ]*\) .*/\1/p' $STATUS)
	functions=()
	while read -r address; do
		functions+=("$(function_at "$address" | head -n 1)")
	done < <(hooked)
	for function in "${functions[@]}"; do
		no "another module cannot redirect $function" \
			modprobe rdmacg_holder function="$function"
	done
	rmmod rdmacg_oot
	for i in "${!functions[@]}"; do
		function=${functions[i]} hook=${hooks[i]}
		ok "another module can redirect $function after rmmod" \
			modprobe rdmacg_holder function="$function"
		log_mark
		like "with $function held by another module, modprobe fails with EBUSY" \
			"$(modprobe rdmacg_oot 2>&1)" '*busy*'
		like "with $function held by another module, the log names it" \
			"$(log_since)" "*rdmacg_oot: *$hook*busy*"
		is "with $function held by another module, the log has one line about it" \
			"$(log_since | grep -c "rdmacg_oot: .*$hook")" 1
		no "with $function held by another module, modprobe leaves no directory" \
			test -e $DEBUGFS
		rmmod rdmacg_holder
	done
	ok 'the module loads when all functions are free again' modprobe rdmacg_oot
fi

# ftrace_enabled=0 is refused, or limits still hold, or the log says that they do not.
group a
limit a hca_object=2 > /dev/null
client x a
ask x open > /dev/null
is 'with ftrace on, the limit holds' "$(ask x fill pd)" '2 EAGAIN'
if [ -e /proc/sys/kernel/ftrace_enabled ]; then
	log_mark
	if echo 0 2> /dev/null > /proc/sys/kernel/ftrace_enabled; then
		told() { log_since | grep -q "rdmacg_oot: .*$1"; }
		answer=$(ask x create pd)
		if [ "$answer" = '1 ok' ]; then
			eventually told 'NOT enforced.*ftrace_enabled'
			report $? 'if ftrace_enabled=0 switches hooks off, the log says so'
			like 'if ftrace_enabled=0 switches hooks off, status says so' \
				"$(cat $STATUS)" '*state=switched off*'
			echo 1 > /proc/sys/kernel/ftrace_enabled
			eventually told 'hooks work again'
			report $? 'after ftrace_enabled=1, the log says that hooks work again'
			ask x destroy pd > /dev/null
		else
			is 'if ftrace_enabled=0 does not switch hooks off, limits hold' \
				"$answer" '0 EAGAIN'
			echo 1 > /proc/sys/kernel/ftrace_enabled
		fi
	else
		ok 'the kernel refuses ftrace_enabled=0' true
	fi
	is 'after ftrace_enabled=1, the limit holds' "$(ask x fill pd | cut -d ' ' -f 2)" EAGAIN
	quit x
	rmmod rdmacg_oot
	if echo 0 2> /dev/null > /proc/sys/kernel/ftrace_enabled; then
		log_mark
		if modprobe rdmacg_oot 2> /dev/null; then
			group b
			limit b hca_object=1 > /dev/null
			client y b
			ask y open > /dev/null
			is 'loaded while ftrace is off, limits hold' "$(ask y fill pd)" '1 EAGAIN'
			quit y
			rmmod rdmacg_oot
		else
			like 'if the module does not load while ftrace is off, the log says why' \
				"$(log_since)" \
				'*rdmacg_oot: *ftrace*'
		fi
		echo 1 > /proc/sys/kernel/ftrace_enabled
	else
		skip 'the module loads while ftrace is off, or says why not' \
			'it cannot be switched off here'
	fi
	ok 'the module loads when ftrace is on again' modprobe rdmacg_oot
else
	skip 'ftrace_enabled=0 is refused, or its effect is in the log' \
		'the kernel has no such switch'
fi
finish
