# SPDX-License-Identifier: GPL-2.0-only
#
# What may stand in the way of the hooks: a function that another holds, tracing switched off,
# parameters that make no sense.

. ./lib.sh

needs_module
trap 'rmmod rdmacg_holder 2> /dev/null; loaded || modprobe rdmacg_oot; finish' EXIT

for parameter in hook=nonsense hierarchy=nonsense enforce=x; do
	rmmod rdmacg_oot
	log_mark
	no "$parameter: not loaded" modprobe rdmacg_oot $parameter
	like "$parameter: the log says why" "$(log_since)" '*rdmacg_oot: *'
	no "$parameter: no directory is left" test -e $DEBUGFS
	loaded || modprobe rdmacg_oot
done

# Functions held by a live patch, or what looks like one.
if [ "$(status 'hook backend')" != ftrace ]; then
	skip 'a function that a live patch holds' 'not hooked through ftrace'
elif ! modinfo rdmacg_holder > /dev/null 2>&1; then
	skip 'a function that a live patch holds' 'the module rdmacg_holder is not installed'
else
	# A hook need not be called after its function: the address tells. The one that is in the
	# module itself goes with it.
	mapfile -t hooks < <(sed -n '/rdmacg_oot:/d; s/^hook: \([^ ]*\) .*/\1/p' $STATUS)
	functions=()
	while read -r address; do
		functions+=("$(function_at "$address" | head -n 1)")
	done < <(hooked)
	for function in "${functions[@]}"; do
		no "$function: ours, nobody else gets it" \
			modprobe rdmacg_holder function="$function"
	done
	rmmod rdmacg_oot
	for i in "${!functions[@]}"; do
		function=${functions[i]} hook=${hooks[i]}
		ok "$function: held by another" modprobe rdmacg_holder function="$function"
		log_mark
		like "$function: held: EBUSY" "$(modprobe rdmacg_oot 2>&1)" '*busy*'
		like "$function: held: the log names it" "$(log_since)" "*rdmacg_oot: *$hook*busy*"
		is "$function: held: one line says what to do" \
			"$(log_since | grep -c "rdmacg_oot: .*$hook")" 1
		no "$function: held: nothing is left" test -e $DEBUGFS
		rmmod rdmacg_holder
	done
	ok 'all free again: loaded' modprobe rdmacg_oot
fi

# Tracing switched off: refused, or limits hold all the same, or somebody is told.
group a
limit a hca_object=2 > /dev/null
client x a
ask x open > /dev/null
is 'the limit holds' "$(ask x fill pd)" '2 EAGAIN'
if [ -e /proc/sys/kernel/ftrace_enabled ]; then
	log_mark
	if echo 0 2> /dev/null > /proc/sys/kernel/ftrace_enabled; then
		told() { log_since | grep -q "rdmacg_oot: .*$1"; }
		answer=$(ask x create pd)
		if [ "$answer" = '1 ok' ]; then
			eventually told 'NOT enforced.*ftrace_enabled'
			report $? 'ftrace_enabled=0 is accepted: the log says limits do not hold'
			like 'and so does status' "$(cat $STATUS)" '*state=switched off*'
			echo 1 > /proc/sys/kernel/ftrace_enabled
			eventually told 'hooks work again'
			report $? 'ftrace_enabled=1: the log says that hooks work again'
			ask x destroy pd > /dev/null
		else
			is 'ftrace_enabled=0 is accepted: limits hold' "$answer" '0 EAGAIN'
			echo 1 > /proc/sys/kernel/ftrace_enabled
		fi
	else
		ok 'ftrace_enabled=0 is refused' true
	fi
	is 'afterwards the limit holds' "$(ask x fill pd | cut -d ' ' -f 2)" EAGAIN
	quit x
	rmmod rdmacg_oot
	if echo 0 2> /dev/null > /proc/sys/kernel/ftrace_enabled; then
		log_mark
		if modprobe rdmacg_oot 2> /dev/null; then
			group b
			limit b hca_object=1 > /dev/null
			client y b
			ask y open > /dev/null
			is 'loaded while ftrace is off: limits hold' "$(ask y fill pd)" '1 EAGAIN'
			quit y
			rmmod rdmacg_oot
		else
			like 'not loaded while ftrace is off: the log says why' "$(log_since)" \
				'*rdmacg_oot: *ftrace*'
		fi
		echo 1 > /proc/sys/kernel/ftrace_enabled
	else
		skip 'loading while ftrace is off' 'it cannot be switched off here'
	fi
	ok 'loaded when ftrace is on' modprobe rdmacg_oot
else
	skip 'ftrace_enabled=0' 'the kernel has no such switch'
fi
finish
