#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A disk that is full, fails, is read-only or slow; files that are cut and spoilt;
# a program that keeps a file locked: the daemon says so by code, keeps what it
# has, and goes on by itself.  What it kept is compared with racksim's word.
. "$top_srcdir/tests/system/lib.sh"
need rrdtool curl python3 pgrep
stage
fault=$top_builddir/tests/system/killt/.libs/fault.so
step=2
world="--racks 40 --step $step"

# shellcheck disable=SC2086
province $world
cat >>"$dir/collectord.yaml" <<END
poll: {interval: ${step}s}
store: {dir: store, flush: 4s}
END
FAULT_FILE=$dir/fault
export FAULT_FILE
: >"$FAULT_FILE"
begin() { # NAME
	LD_PRELOAD=$fault
	export LD_PRELOAD
	daemon "$dir/collectord.yaml" "$1"
	unset LD_PRELOAD
}
# problem CODE: [active, n, subject] of it, or null
problem() {
	get /collector "next(([p['active'], p['count'], p['params']['n'], p['params']['subject']]
	    for p in d['store']['problems'] if p['code'] == '$1'), None)"
}
active() { [ "$(get /collector "any(p['active'] for p in d['store']['problems'] if p['code'] == '$1')")" = true ]; }
over() { [ "$(get /collector "any(p['code'] == '$1' and not p['active'] for p in d['store']['problems'])")" = true ]; }
happened() { [ "$(get /collector "any(p['code'] == '$1' for p in d['store']['problems'])")" = true ]; }
accepted() { get /collector 'd["store"]["accepted"]'; }
grows() { [ "$(accepted)" -gt "$1" ]; }
path_of() { find "$dir/store/rrd/rack" -name "$1.rrd"; }

begin collectord
wait_for 20 up || fatal "the devices are up" "$daemon_log"
steady 4 1.2 300

# ---- the journal's disk: nothing is accepted, nothing is lost --------------------------
trouble() { # FAULT CODE WHAT
	echo "$1" >"$FAULT_FILE"
	wait_for 20 active "$2"
	ok $? "$3: problem $2" "$daemon_log"
	was=$(accepted)
	wait_for 10 reached $(($(slot) + step))
	ok "$(alive "$daemon"; echo $?)" "$3: the daemon goes on"
	: >"$FAULT_FILE"
	wait_for 60 over "$2"
	ok $? "$3: over by itself" "$daemon_log"
	wait_for 20 grows "$was"
	ok $? "$3: samples are accepted again"
}
wait_for 30 flushed 1000
first=$(($(slot) + step))
wait_for 20 reached $((first + step))
trouble "pwrite ENOSPC /store/journal" journal_write "a full disk"
trouble "fdatasync EIO /store/journal" journal_write "a disk that fails to sync"
trouble "open EROFS /store/journal
pwrite EROFS /store/" journal_write "a read-only disk"
trouble "delay 1300 /store/journal" slow_sync "a slow disk"
# all syncs of journal and RRD files hang: what is written and what waits is served
history() { # RACK: how many values of the last minute there are
	get "/series?entity=rack:$1&metric=power_w&from=$(($(date +%s) - 60))&to=$(($(date +%s) + 5))&max_points=200" \
	    'sum(v is not None for v in d["avg"])'
}
echo "hang - /store/journal
hang - /store/rrd" >"$FAULT_FILE"
wait_for 20 active slow_sync
ok $? "a disk that hangs: problem slow_sync while it does" "$daemon_log"
was=$(accepted)
read_all() {
	for r in $some; do
		[ "$(history "$r")" -gt 2 ] || return 1
	done
}
wait_for 10 read_all
ok $? "history is read all the same" "$daemon_log"
waits() { [ "$(get /collector 'd["store"]["unflushed"]')" -gt 400 ]; }
wait_for 30 waits
ok $? "and new samples wait in memory"
for i in 1 2 3 4 5; do
	read_all || break
done
ok $? "twenty reads more, each with its values"
is "$(accepted)" "$was" "all that while it hangs: nothing is accepted"
: >"$FAULT_FILE"
wait_for 60 over slow_sync
ok $? "a disk that hangs: over by itself" "$daemon_log"
wait_for 20 grows "$was"
ok $? "samples are accepted again"
trouble "pwrite ENOSPC undo.log" file_write "no room for the undo log"
# a rack's new state goes to the ledger
echo "pwrite ENOSPC state.db" >"$FAULT_FILE"
sed -i '0,/state: in_service/s//state: decommissioning/' "$(grep -l 'state: in_service' "$dir"/inventory/*.yaml | head -n 1)"
kill -HUP "$daemon"
said() { grep -q "$1" "$daemon_log"; }
wait_for 20 said "state.*changes wait in memory"
ok $? "no room for the state database: changes wait in memory" "$daemon_log"
: >"$FAULT_FILE"
wait_for 20 said "state.*written again"
ok $? "and are written when there is" "$daemon_log"
trouble "syncfs EIO /store/rrd" process_ended "RRD files that cannot be synced"

# ---- another program has a file --------------------------------------------------------
victim=$(path_of "$(echo "$some" | cut -d ' ' -f 1)")
python3 -c 'import fcntl, sys, time
f = open(sys.argv[1], "r+b"); fcntl.lockf(f, fcntl.LOCK_EX); print("held", flush=True); time.sleep(600)' \
	"$victim" >"$dir/holder.log" 2>&1 &
holder=$!
pids="$pids $holder"
wait_for 60 active file_locked
ok $? "a file that another program keeps locked: problem file_locked" "$daemon_log"
kill "$holder"
wait "$holder" 2>/dev/null
wait_for 60 over file_locked
ok $? "over when it is let go"

# ---- what was kept all that time is there ------------------------------------------------
newest=$(($(slot) - step))
wait_for 90 flushed "$newest"
rows "$first" "$newest" --open
is "$(get /collector 'd["store"]["late_dropped"]')" 0 "nothing came too late"
is "$(get /collector 'any(p["code"] == "memory_full" for p in d["store"]["problems"])')" false "nothing was dropped"

# ---- files that are cut and spoilt, under way ----------------------------------------------
cut=$(path_of "$(echo "$some" | cut -d ' ' -f 2)")
bad=$(path_of "$(echo "$some" | cut -d ' ' -f 3)")
truncate -s 20000 "$cut"
printf '\377\377\377' | dd of="$bad" bs=1 seek=30 conv=notrunc 2>/dev/null
aside() { ls "$1".bad-* >/dev/null 2>&1 && [ -s "$1" ]; }
wait_for 60 aside "$cut"
ok $? "a file that was cut is set aside and made anew" "$daemon_log"
wait_for 60 aside "$bad"
ok $? "a file with a spoilt head is set aside and made anew" "$daemon_log"
has "$daemon_log" "a damaged RRD file was made anew.*$(basename "$cut" .rrd).rrd: it has 20000 bytes" "the log names it and what was wrong"
wait_for 10 happened file_damaged
ok $? "problem file_damaged"
fourth=$(($(slot) + step))
wait_for 60 flushed "$fourth"
ok $? "they are written again"

# ---- at rest: journal, state database, dictionary ------------------------------------------------
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
gone() { ! pgrep -f "store-process $dir/store" >/dev/null; }
wait_for 20 gone
newest=$(ls "$dir"/store/journal/*.seg | tail -n 1)
printf 'torn' >>"$newest"
printf '\252' | dd of="$newest" bs=1 seek=$(($(stat -c %s "$newest") / 2)) conv=notrunc 2>/dev/null
printf 'F\track\tspoilt line\n' >>"$dir/store/series.dict"
db=$(ls "$dir"/store/*.db)
rm -f "$db-wal" "$db-shm"
printf 'no database at all, whatever the name' | dd of="$db" bs=1 conv=notrunc 2>/dev/null
begin spoilt
wait_for 20 up
ok $? "it starts with a spoilt journal, dictionary and database" "$daemon_log"
for code in journal_torn journal_damaged dict_damaged; do
	happened $code
	ok $? "problem $code: $(problem $code)"
done
ok "$(ls "$db".damaged-* >/dev/null 2>&1; echo $?)" "the damaged database is set aside"
fifth=$(($(slot) + step))
wait_for 60 flushed "$fifth"
ok $? "and everything goes on"
stop "$daemon"
is $status 0 "it ends well" "$daemon_log"
finish
